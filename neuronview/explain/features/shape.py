"""The look of a token or word: pieces, spaces, capitals, length, letters.

Rule: "token" features depend on the cut; "word" features mark all pieces of the word. A piece is *inside* a word when
the character before it and its own first character are both letters. Whether a token is the first piece of a cut word
depends on what follows, so that is in the family `lookahead`; features of a whole word (its length, its ending) and the
first part of a hyphenated word look ahead to the word's end.
"""

import re
import unicodedata
from functools import lru_cache

from neuronview.explain.features.base import Context, Family, Marks

_HYPHENATED = re.compile(r"(?<![\w-])([^\W\d_]+(?:['’][^\W\d_]+)?)((?:-[^\W\d_]+)+)(?![\w-])")
_INITIALS = ("b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "w")
_CLUSTERS = {
    "cluster_st": ("st", "str"), "cluster_th": ("th",), "cluster_sh_ch": ("sh", "ch"), "cluster_wh_qu": ("wh", "qu"),
    "cluster_r": ("br", "cr", "dr", "fr", "gr", "pr", "tr"), "cluster_l": ("bl", "cl", "fl", "gl", "pl", "sl"),
}  # fmt: skip

PHRASES = (
    ("word_piece_inside", "tokens that begin inside a word (later pieces)"),
    ("leading_space", "tokens that begin with a space"),
    ("no_leading_space", "tokens that begin without white space"),
    ("single_letter", "words of a single letter"),
    ("one_character", "tokens of a single character"),
    ("short_word", "words of two letters"),
    ("three_letter_word", "words of three letters"),
    ("four_letter_word", "words of four letters"),
    ("long_word", "words of eight or more letters"),
    ("very_long_word", "words of eleven or more letters"),
    ("long_token", "tokens of eight or more letters"),
    ("all_capitals", "words in capitals only"),
    ("initial_capital", "words with an initial capital"),
    ("mixed_case", "words with capitals inside (iPhone, getName)"),
    ("lower_case", "words in lower case"),
    ("letters_only", "tokens made of letters only"),
    ("hyphenated_first", "the first part of a hyphenated word"),
    ("hyphenated_rest", "the later parts of a hyphenated word"),
    ("no_vowel", "words of two or more letters without a vowel"),
    ("vowel_initial", "words that begin with a vowel"),
    *((f"initial_{letter}", f"words that begin with the letter {letter}") for letter in _INITIALS),
    ("cluster_st", "words that begin with st-"),
    ("cluster_th", "words that begin with th-"),
    ("cluster_sh_ch", "words that begin with sh- or ch-"),
    ("cluster_wh_qu", "words that begin with wh- or qu-"),
    ("cluster_r", "words that begin with a consonant and r (br-, tr-)"),
    ("cluster_l", "words that begin with a consonant and l (bl-, sl-)"),
    ("vowel_final", "words that end in a, i, o or u"),
    ("silent_e", "words that end in a consonant and e"),
    ("non_ascii_letter", "words with letters beyond English (é, ß, я)"),
    ("non_latin", "letters of other alphabets (Greek, Cyrillic, Chinese)"),
    ("broken_character", "pieces of a character that is cut over several tokens"),
)


def _of_word(word: str) -> list[str]:
    lower = word.lower()
    length = len(word)
    found = _case(word) + _length(length) + _beginning(lower)
    if length > 1 and not set(lower) & set("aeiouy") and lower.isascii():
        found.append("no_vowel")
    if length > 2 and lower[-1] in "aiou":
        found.append("vowel_final")
    if length > 3 and lower[-1] == "e" and lower[-2] not in "aeiou":
        found.append("silent_e")
    if not word.replace("’", "").replace("\ufffd", "").isascii():
        found.append("non_ascii_letter")
        if any(_is_foreign_script(letter) for letter in word):
            found.append("non_latin")
    return found


@lru_cache(maxsize=4096)
def _is_foreign_script(letter: str) -> bool:
    return letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN")


def _case(word: str) -> list[str]:
    if word.islower():
        return ["lower_case"]
    if word.isupper():
        return ["all_capitals" if len(word) > 1 else "initial_capital"]
    inner = any(letter.isupper() for letter in word[1:])
    return ["mixed_case"] if inner else ["initial_capital"] if word[0].isupper() else []


def _length(length: int) -> list[str]:
    if length <= 4:
        return [("single_letter", "short_word", "three_letter_word", "four_letter_word")[length - 1]]
    long = ["long_word"] if length >= 8 else []
    return [*long, "very_long_word"] if length >= 11 else long


def _beginning(lower: str) -> list[str]:
    found = [name for name, starts in _CLUSTERS.items() if lower.startswith(starts)]
    if lower[0] in "aeiou":
        found.append("vowel_initial")
    elif lower[0] in _INITIALS:
        found.append(f"initial_{lower[0]}")
    return found


def _of_token(token: str) -> list[str]:
    found = []
    bare = token.strip()
    if bare and token[0].isspace():
        found.append("leading_space")
    elif bare:
        found.append("no_leading_space")
    if len(bare) == 1:
        found.append("one_character")
    if bare.isalpha():
        found.append("letters_only")
        if len(bare) >= 8:
            found.append("long_token")
    if "\ufffd" in token:
        found.append("broken_character")
    return found


def _mark(context: Context, marks: Marks) -> None:
    text = context.text
    for token, start in enumerate(context.starts):
        if start and context.tokens[token] and text[start].isalpha() and text[start - 1].isalpha():
            marks.token("word_piece_inside", token)
    if "-" in text:
        for match in _HYPHENATED.finditer(text):
            marks.span("hyphenated_first", match.start(1), match.end(1))
            for part in re.finditer(r"[^-]+", match.group(2)):
                marks.span("hyphenated_rest", match.start(2) + part.start(), match.start(2) + part.end())


FAMILY = Family("shape", PHRASES, of_word=_of_word, of_token=_of_token, mark=_mark)
