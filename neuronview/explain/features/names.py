"""Names of people and places, and capitals that suggest them.

Rule: list membership by form with an initial capital; beyond the lists, a capitalised word counts as a name by where
it stands (after a given name, not at the beginning of a sentence). Words in capitals only are not "capitalised" here.
capital_run_first and initial look at the next word; all others need earlier text only.
"""

import re
from collections.abc import Iterator

from neuronview.explain.features import lexicon
from neuronview.explain.features.base import Context, Family, Marks, Word

_INITIAL = re.compile(r"\b[A-Z]\.(?=\s?[A-Z])")
_POSSESSIVE = re.compile(r"\b(?!(?:It|He|She|That|There|What|Who|Where|Here|Let|How|When|Why)['’])[A-Z]\w+['’]s\b")

PHRASES = (
    *lexicon.phrases("names"),
    ("family_name", "capitalised words after a given name or a title (family names)"),
    ("initial", "single capital letters with a full stop (initials)"),
    ("capital_mid_sentence", "capitalised words that do not begin a sentence"),
    ("capital_run_first", "the first of several capitalised words in a row"),
    ("capital_run_rest", "capitalised words directly after another capitalised word"),
    ("possessive_name", "capitalised words with 's (Anna's)"),
    ("place_after_in", "capitalised words after in, at, from or to"),
    ("name_again", "capitalised words that occurred earlier in the text"),
    ("name_first_time", "capitalised words inside a sentence that occur for the first time"),
)


def _of_word(word: str) -> list[str]:
    return lexicon.lists_of(word, family="names")


def _is_name_like(word: Word) -> bool:
    return word.text[0].isupper() and word.lower not in {"i", "i'm", "i'll", "i've", "i'd"} and word.text[1:2].islower()


def _names(context: Context) -> Iterator[tuple[int, Word, bool]]:
    """(index of the word, word, whether it begins a sentence) of the capitalised words."""
    previous_sentence = -1
    for index, (word, sentence) in enumerate(zip(context.words, context.sentence_of_word, strict=True)):
        if _is_name_like(word):
            yield index, word, sentence != previous_sentence
        previous_sentence = sentence


def _mark(context: Context, marks: Marks) -> None:
    seen: set[str] = set()
    previous = -2
    words = context.words
    for index, word, begins in _names(context):
        joined = index > 0 and word.follows_directly
        key = word.lower.removesuffix("'s")
        if not begins:
            marks.span("capital_mid_sentence", word.start, word.end)
            _mark_by_neighbour(words[index - 1] if index else None, word, marks)
            if key not in seen:
                marks.span("name_first_time", word.start, word.end)
        if previous == index - 1 and joined and not begins:
            marks.span("capital_run_rest", word.start, word.end)
        elif _continues(words, index):
            marks.span("capital_run_first", word.start, word.end)
        if key in seen:
            marks.span("name_again", word.start, word.end)
        seen.add(key)
        previous = index
    for name, pattern in (("initial", _INITIAL), ("possessive_name", _POSSESSIVE)):
        for match in pattern.finditer(context.text):
            marks.span(name, match.start(), match.end())


def _continues(words: list[Word], index: int) -> bool:
    following = words[index + 1] if index + 1 < len(words) else None
    return following is not None and following.gap == " " and _is_name_like(following)


def _mark_by_neighbour(before: Word | None, word: Word, marks: Marks) -> None:
    if before is None:
        return
    close = word.follows_directly or word.gap == ". "
    if close and before.text[0].isupper() and before.lower in lexicon.words("given_name") | lexicon.words("title"):
        marks.span("family_name", word.start, word.end)
    if word.follows_directly and before.lower in {"in", "at", "from", "to", "near"}:
        marks.span("place_after_in", word.start, word.end)


def family() -> Family:
    """Names of people and places."""
    return Family("names", PHRASES, of_word=_of_word, mark=_mark)
