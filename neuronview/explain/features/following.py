"""The first token after something: a word, a kind of word, a mark.

Rule: the first token that begins after the word or mark and is not white space only; punctuation counts, so after
"the end." comes the full stop. Only earlier text decides.
"""

import re
from functools import cache

from neuronview.explain.features import lexicon
from neuronview.explain.features.base import Context, Family, Marks, word_list

_WORDS: tuple[tuple[str, str, str], ...] = (
    ("after_the", "the token after “the”", "the"),
    ("after_a", "the token after “a” or “an”", "a an"),
    ("after_of", "the token after “of”", "of"),
    ("after_to", "the token after “to”", "to"),
    ("after_in", "the token after “in”", "in"),
    ("after_and", "the token after “and”", "and"),
    ("after_or", "the token after “or” or “nor”", "or nor"),
    ("after_but", "the token after “but”", "but"),
    ("after_that", "the token after “that”", "that"),
    ("after_i", "the token after “I”", "i"),
    ("after_it", "the token after “it”", "it"),
    ("after_you", "the token after “you”", "you"),
    ("after_there", "the token after “there”", "there"),
    ("after_with", "the token after “with” or “without”", "with without"),
    ("after_for", "the token after “for”", "for"),
    ("after_on", "the token after “on” or “at”", "on at"),
    ("after_as", "the token after “as”", "as"),
    ("after_than", "the token after “than”", "than"),
    ("after_not", "the token after “not” or “never”", "not never"),
    ("after_contracted_not", "the token after a contraction with n't",
     "don't doesn't didn't isn't aren't wasn't weren't haven't hasn't hadn't won't wouldn't can't couldn't shouldn't"),
    ("after_no", "the token after “no”", "no"),
    ("after_very", "the token after “very”, “so”, “too” or “quite”", "very so too quite rather more most extremely"),
    ("after_if", "the token after “if” or “when”", "if when whenever unless"),
    ("after_wh", "the token after a question word", "who what which where why how whose"),
    ("after_subject_pronoun", "the token after he, she, we or they", "he she we they"),
    ("after_object_pronoun", "the token after me, him, them or us", "me him them us"),
    ("after_possessive", "the token after my, your, his, her, our or their", "my your his her our their its"),
    ("after_demonstrative", "the token after this, these or those", "this these those"),
    ("after_quantifier", "the token after some, many, all or every", "some any many all every each few several"
     " both much"),
    ("after_be", "the token after a form of to be", "am is are was were be been being i'm you're we're they're it's"
     " he's she's"),
    ("after_have", "the token after a form of to have", "have has had having i've you've we've they've"),
    ("after_do", "the token after a form of to do", "do does did"),
    ("after_modal", "the token after a modal verb", "can could will would shall should may might must cannot"),
    ("after_number_word", "the token after a number word", "one two three four five six seven eight nine ten twelve"
     " twenty hundred thousand"),
    ("after_up", "the token after up, down, out, off or back", "up down out off back away over"),
)  # fmt: skip
_LISTS: tuple[tuple[str, str, str, bool], ...] = (
    ("after_speech_verb", "the token after a verb of speech", "speech_verb", False),
    ("after_motion_verb", "the token after a verb of motion", "motion_verb", False),
    ("after_title", "the token after a title (Mr, Dr)", "title", True),
    ("after_given_name", "the token after a given name", "given_name", True),
    ("after_month", "the token after the name of a month", "month", True),
    ("after_colour", "the token after a colour", "colour", False),
    ("after_size", "the token after a word of size", "size", False),
    ("after_person_noun", "the token after a noun for people", "person_noun", False),
    ("after_time_unit", "the token after a unit of time", "time_unit", False),
)
_MARKS: tuple[tuple[str, str, str], ...] = (
    ("after_comma", "the token after a comma", r",(?!\d)"),
    ("after_colon", "the token after a colon", r":(?![/\d])"),
    ("after_semicolon", "the token after a semicolon", r";"),
    ("after_dash", "the token after a dash", r"[–—]|\s-(?=\s)|--"),
    ("after_hyphen", "the token after a hyphen inside a word", r"(?<=\w)-(?=\w)"),
    ("after_full_stop", "the token after a full stop", r"(?<=\w)\.(?!\w)"),
    ("after_question_mark", "the token after a question or exclamation mark", r"[?!]+"),
    ("after_round_open", "the token after an opening round bracket", r"\("),
    ("after_round_close", "the token after a closing round bracket", r"\)"),
    ("after_equals", "the token after an equals sign", r"="),
    ("after_slash", "the token after a slash", r"/"),
    ("after_hash", "the token after a number sign", r"#"),
    ("after_currency", "the token after a sign of currency", r"[$€£¥]"),
    ("after_underscore", "the token after an underscore", r"_"),
    ("after_angle", "the token after an opening angle bracket", r"</?"),
    ("after_bar", "the token after a vertical bar", r"\|"),
    ("after_number", "the token after a number in digits", r"\d+(?![\d.,:]*\d)"),
    ("after_apostrophe", "the token after an apostrophe inside a word", r"(?<=\w)['’](?=\w)"),
)  # fmt: skip
_PATTERN = re.compile("|".join(f"(?P<{name}>{pattern})" for name, _, pattern in _MARKS))

PHRASES = (
    *((name, phrase) for name, phrase, _ in _WORDS),
    *((name, phrase) for name, phrase, _, _ in _LISTS),
    ("after_preposition", "the token after a preposition"),
    *((name, phrase) for name, phrase, _ in _MARKS),
    ("after_quote_open", "the token after an opening double quote"),
    ("after_quote_close", "the token after a closing double quote"),
    ("after_adverb_ly", "the token after a word in -ly"),
    ("after_verb_ing", "the token after a word in -ing"),
    ("after_verb_ed", "the token after a word in -ed"),
)
_PREPOSITIONS = word_list(
    "of to in on at by for with from into onto over under about after before between among through during"
    " against without within along across behind beside near below above inside outside towards upon off since"
    " until like"
)
_ENDINGS = (("ly", "after_adverb_ly"), ("ing", "after_verb_ing"), ("ed", "after_verb_ed"))


@cache
def _index() -> dict[str, tuple[tuple[str, bool], ...]]:
    """Word -> (feature, whether the word needs a capital)."""
    rows = [(name, False, members.split()) for name, _, members in _WORDS]
    rows += [(name, proper, sorted(lexicon.words(source))) for name, _, source, proper in _LISTS]
    rows.append(("after_preposition", False, _PREPOSITIONS))
    index: dict[str, tuple[tuple[str, bool], ...]] = {}
    for name, proper, members in rows:
        for word in members:
            index[word] = (*index.get(word, ()), (name, proper))
    return index


def _mark(context: Context, marks: Marks) -> None:
    index = _index()
    for word in context.words:
        for name, proper in index.get(word.lower, ()):
            if not proper or word.text[0].isupper():
                marks.after(name, word.end)
        if len(word.lower) > 4:
            for ending, name in _ENDINGS:
                if word.lower.endswith(ending):
                    marks.after(name, word.end)
    for match in _PATTERN.finditer(context.text):
        marks.after(str(match.lastgroup), match.end())
    for at, opens in context.quote_marks:
        marks.after("after_quote_open" if opens else "after_quote_close", at + 1)


FAMILY = Family("following", PHRASES, mark=_mark)
