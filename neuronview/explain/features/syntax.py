"""Patterns of a few words: infinitives, passives, comparisons, lists, clauses.

Rule: by the words before (no parser), so "to" before a noun's list word gives no infinitive only when that word is an
article, pronoun or name. All pieces of the marked word or span are marked. Earlier text and the word's own form
decide, but for as_as, series_item and quote_tag_verb, which also look at the next word or mark.
"""

import re
from functools import cache

from neuronview.explain.features import lexicon
from neuronview.explain.features.base import Context, Family, Marks, Word, word_set

_NOT_INFINITIVE = word_set(
    "the a an my your his her its our their this that these those me him us them it you and or of in on at by"
    " for from some any all each every one two three four five six seven eight nine ten who what which where"
    " when"
)
_SUBJECTS = word_set("i you he she it we they who")
_SINGULAR_SUBJECTS = word_set("he she it who that")
_BE = word_set("am is are was were be been being i'm you're we're they're it's he's she's isn't aren't wasn't")
_HAVE = word_set("have has had having i've you've we've they've haven't hasn't hadn't")
_MODALS = word_set("can could will would shall should may might must cannot can't couldn't won't wouldn't")
_DETERMINERS = word_set("the a an my your his her its our their this that these those some any every each no another")
_PLURAL_DETERMINERS = word_set(
    "these those many few several some two three four five six seven eight nine ten all both"
)
_PREPOSITIONS = word_set("of in on at by for with from into over under about after before between through")
_EST_NOUNS = word_set("priest forest interest guest rest test west chest nest harvest request contest protest")
_PARTICLES = word_set("up down out off away back on over in along around forward apart together through")
_MOTION_LISTS = ("motion_verb", "giving_taking", "making_verb", "start_stop_verb", "perception_verb")
_IRREGULAR_PARTICIPLES = word_set(
    "gone taken seen given made said told heard felt thought known found left kept held brought been done"
    " written spoken broken chosen eaten worn thrown caught built grown drawn stolen won fallen lost sent sold"
    " bought paid met born hidden driven become begun read put cut set"
)

PHRASES = (
    ("infinitive", "verbs after “to” (infinitives)"),
    ("noun_after_article", "the word directly after an article or other determiner"),
    ("second_after_article", "the second word after an article or other determiner"),
    ("noun_after_preposition_article", "the word after a preposition and an article (in the house)"),
    ("verb_after_subject", "the word after a subject pronoun"),
    ("third_person_s", "verbs in -s after he, she, it or who"),
    ("progressive", "-ing forms after a form of to be"),
    ("gerund_after_preposition", "-ing forms after a preposition"),
    ("passive", "participles after a form of to be (was made)"),
    ("perfect", "participles after a form of to have (has gone)"),
    ("verb_after_modal", "verbs after a modal verb, also after not"),
    ("inverted_subject", "subject pronouns after an auxiliary verb (did he)"),
    ("there_is", "“there” with a form of to be"),
    ("going_to", "“going to” and “used to”"),
    ("plural_noun", "words in -s after a number word, many, some, these (plural nouns)"),
    ("comparative", "comparatives in -er before or with “more”, and the word after “more”"),
    ("superlative", "superlatives in -est and the word after “most”"),
    ("as_as", "the word between “as” and “as”"),
    ("such_as", "“such as”, “for example” and the like"),
    ("conjunction_after_comma", "conjunctions after a comma"),
    ("relative_clause", "who, which and that after a noun or comma"),
    ("series_item", "single words between commas (items of a series)"),
    ("series_end", "the word after “and” or “or” at the end of a series with commas"),
    ("conditional_clause", "words of a sentence that begins with if, when or unless"),
    ("verb_particle", "particles after a verb (give up, look back)"),
    ("sentence_adverb", "the first one to three words of a sentence before a comma (However, In the end,)"),
    ("imperative", "verbs in base form that begin a sentence or line (orders and instructions)"),
    ("question_opening", "question words and auxiliary verbs that begin a sentence"),
    ("vocative_comma", "commas around yes, no, well, please and the like"),
    ("number_of_nouns", "nouns after a quantity and “of” (a cup of tea)"),
    ("of_phrase", "words after “noun of” (the end of the day)"),
    ("noun_pair", "words after a noun of the lists that begin no new phrase (kitchen table)"),
    ("adjective_before_noun", "words of size, colour or praise after an article"),
    ("noun_after_adjective", "words after a word of size, colour or praise"),
    ("quote_tag_verb", "verbs of speech next to a quotation"),
    ("reported_that", "“that” after a verb of speech or thought"),
)
_GROUPS: tuple[tuple[str, re.Pattern[str], int], ...] = (
    ("there_is", re.compile(r"\b[Tt]here(?:['’]s|\s+(?:is|are|was|were|will be|has been|have been))\b"), 0),
    ("going_to", re.compile(r"\b(?:going|used|able|about|supposed)\s+to\b", re.IGNORECASE), 0),
    ("as_as", re.compile(r"\b[Aa]s\s+(\w+)(?=\s+as\b)"), 1),
    ("such_as", re.compile(r"\b(?:such as|for example|for instance|e\.g\.|i\.e\.|that is|in other words|in particular)",
                           re.IGNORECASE), 0),
    ("conjunction_after_comma", re.compile(r",\s+(and|but|or|so|yet|because|although|while|which|who|when|where|then)\b"), 1),  # noqa: E501
    ("series_item", re.compile(r",\s+([^\W\d_]+)(?=,)"), 1),
    ("series_end", re.compile(r"\b\w+,\s[^.,;!?\n]{1,30},?\s(?:and|or)\s+(\w+)"), 1),
    ("vocative_comma", re.compile(r"\b(?:yes|no|well|please|oh|okay|thanks|sorry|hello|hi|dear)(,)", re.IGNORECASE), 1),
    ("quote_tag_verb", re.compile(r"[\"”]\s+(?:\w+\s+)?((?:said|asked|replied|answered|cried|shouted|whispered|says|added"  # noqa: E501
                                  r"|called|murmured|muttered|told|laughed|thought|explained)\b)|\b((?:said|asked|replied"
                                  r"|answered|cried|shouted|whispered|added|says))[,:]\s*(?=[\"“])"), 0),
)  # fmt: skip


def _mark(context: Context, marks: Marks) -> None:
    for name, pattern, group in _GROUPS:
        for match in pattern.finditer(context.text):
            chosen = group if group else (match.lastindex or 0)
            marks.span(name, *match.span(chosen))
    words = context.words
    for index in range(1, len(words)):
        if words[index].follows_directly:
            before = words[index - 2] if index > 1 and words[index - 1].follows_directly else None
            for name in _pair_names(words[index - 1], words[index], before):
                marks.span(name, words[index].start, words[index].end)
    _mark_openings(context, marks)


def _pair_names(previous: Word, word: Word, before: Word | None) -> list[str]:
    """Names that hold for `word` by the one or two words directly before it."""
    before_lower = before.lower if before else ""
    return [
        *_verb_names(previous.lower, word.lower, before_lower),
        *_noun_names(previous.lower, word.lower, before_lower),
    ]


def _verb_names(previous: str, word: str, before: str) -> list[str]:
    names = []
    if previous == "to" and word not in _NOT_INFINITIVE and not word.endswith("ing"):
        names.append("infinitive")
    if previous in _SUBJECTS:
        names.append("verb_after_subject")
        if previous in _SINGULAR_SUBJECTS and word.endswith("s") and not word.endswith("ss") and len(word) > 3:
            names.append("third_person_s")
    elif word in _SUBJECTS and (previous in _MODALS or previous in {"do", "does", "did", "is", "are", "was", "were"}):
        names.append("inverted_subject")
    anchor = before if previous in {"not", "never", "also", "always", "still", "just", "already"} else previous
    participle = word in _IRREGULAR_PARTICIPLES or (word.endswith("ed") and len(word) > 3)
    if anchor in _BE and len(word) > 4 and word.endswith("ing"):
        names.append("progressive")
    elif participle and anchor in _BE:
        names.append("passive")
    elif participle and anchor in _HAVE:
        names.append("perfect")
    if anchor in _MODALS:
        names.append("verb_after_modal")
    if previous in _PREPOSITIONS and word.endswith("ing") and len(word) > 4:
        names.append("gerund_after_preposition")
    if word in _PARTICLES and any(previous in lexicon.words(name) for name in _MOTION_LISTS):
        names.append("verb_particle")
    if word == "that" and (previous in lexicon.words("speech_verb") or previous in lexicon.words("mental_verb")):
        names.append("reported_that")
    return names


def _noun_names(previous: str, word: str, before: str) -> list[str]:
    names = []
    if previous in _DETERMINERS:
        names.append("noun_after_article")
        if before in _PREPOSITIONS:
            names.append("noun_after_preposition_article")
        if _is_describing(word):
            names.append("adjective_before_noun")
    elif before in _DETERMINERS:
        names.append("second_after_article")
    if previous in _PLURAL_DETERMINERS and word.endswith("s") and len(word) > 3:
        names.append("plural_noun")
    if previous == "more" or word in _comparatives():
        names.append("comparative")
    if previous == "most" or (previous == "the" and word.endswith("est") and word not in _EST_NOUNS):
        names.append("superlative")
    if previous == "of" and before:
        names.append("number_of_nouns" if before in lexicon.words("quantity_noun") else "of_phrase")
    if word in {"who", "which", "that"} and previous in lexicon.words("person_noun") | lexicon.words("abstract_noun"):
        names.append("relative_clause")
    if _is_describing(previous):
        names.append("noun_after_adjective")
    if previous in _compound_heads() and word not in _NOT_INFINITIVE and word not in _BE and len(word) > 3:
        names.append("noun_pair")
    return names


@cache
def _comparatives() -> frozenset[str]:
    words = lexicon.words("size") | lexicon.words("speed") | lexicon.words("temperature")
    others = "better worse older younger later earlier nearer farther further easier harder happier stronger weaker"
    others += " cheaper safer brighter darker lighter heavier richer poorer greater fewer less nicer cleverer wiser"
    return frozenset(word for word in words if word.endswith("er")) | word_set(others)


def _is_describing(word: str) -> bool:
    return any(word in lexicon.words(name) for name in ("size", "colour", "good_evaluation"))


@cache
def _compound_heads() -> frozenset[str]:
    return lexicon.words("room_furniture") | lexicon.words("building")


_CONNECTIVE_OPENING = re.compile(r"[\"“]?([A-Z]\w+(?:\s\w+){0,2}),")
_CONDITION_OPENINGS = word_set("if when unless whenever once")
_QUESTION_OPENINGS = word_set(
    "who what which when where why how whose do does did is are was were can could will would should have has may"
)


def _mark_openings(context: Context, marks: Marks) -> None:
    words, sentences = context.words, context.sentence_of_word
    for index, word in enumerate(words):
        begins = index == 0 or sentences[index - 1] != sentences[index]
        if begins or "\n" in word.gap:
            start, end = context.sentences[sentences[index]]
            if word.lower in _imperatives():
                marks.span("imperative", word.start, word.end)
            if begins and word.lower in _CONDITION_OPENINGS:
                marks.span("conditional_clause", start, end)
            if begins and word.lower in _QUESTION_OPENINGS:
                marks.span("question_opening", word.start, word.end)
            opening = _CONNECTIVE_OPENING.match(context.text, start) if begins else None
            if opening:
                marks.span("sentence_adverb", opening.start(1), opening.end(1))


_OTHER_IMPERATIVES = word_set(
    "let do don't please put set use keep press click check turn open close wait try make take go come look"
    " listen read write remember never always be remove choose select enter type install run save follow"
    " continue place allow"
)


@cache
def _imperatives() -> frozenset[str]:
    return _OTHER_IMPERATIVES | lexicon.words("cooking_verb")


FAMILY = Family("syntax", PHRASES, mark=_mark)
