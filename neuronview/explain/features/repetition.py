"""What occurred before in the excerpt: tokens, words, pairs, line beginnings.

Rule: tokens are compared as they are, words in lower case; only what lies earlier in the same excerpt counts, so a
word that was said before the excerpt begins counts as new. Tokens of white space only are never repeated tokens.
"""

from neuronview.explain.features.base import Context, Family, Marks, Word

PHRASES = (
    ("token_again", "tokens that occurred earlier in the text"),
    ("token_again_near", "tokens that occurred within the last ten tokens"),
    ("token_new", "tokens that occur for the first time"),
    ("token_doubled", "tokens equal to the token before"),
    ("previous_token_again", "tokens after a token that occurred earlier (what followed it then may come again)"),
    ("pair_again", "pairs of tokens that occurred earlier in the text"),
    ("triple_again", "sequences of three tokens that occurred earlier in the text"),
    ("word_again", "words that occurred earlier in the text"),
    ("content_word_again", "words of five or more letters that occurred earlier in the text"),
    ("word_third_time", "words that occurred at least twice earlier"),
    ("word_again_in_sentence", "words that occurred earlier in the same sentence"),
    ("word_x_by_x", "words equal to the word before the last (step by step)"),
    ("word_doubled", "words equal to the word before"),
    ("same_line_beginning", "first words of a line that began an earlier line"),
    ("same_sentence_beginning", "first words of a sentence that began an earlier sentence"),
    ("new_content_word", "words of five or more letters that occur for the first time"),
    ("alliteration", "words that begin with the same letter as the word before"),
    ("word_family_again", "words that share their first five letters with a different earlier word"),
)


def _mark(context: Context, marks: Marks) -> None:
    _mark_tokens(context, marks)
    _mark_words(context, marks)


def _mark_tokens(context: Context, marks: Marks) -> None:
    last: dict[str, int] = {}
    pairs: set[tuple[str, str]] = set()
    triples: set[tuple[str, str, str]] = set()
    tokens = context.tokens
    repeated_before = False
    for index, token in enumerate(tokens):
        if context.blank[index]:
            repeated_before = False
            continue
        seen = last.get(token)
        marks.token("token_new" if seen is None else "token_again", index)
        if seen is not None and index - seen <= 10:
            marks.token("token_again_near", index)
        if repeated_before:
            marks.token("previous_token_again", index)
        if index > 0:
            pair = (tokens[index - 1], token)
            if pair[0] == token:
                marks.token("token_doubled", index)
            if pair in pairs:
                marks.token("pair_again", index)
            pairs.add(pair)
        if index > 1:
            triple = (tokens[index - 2], tokens[index - 1], token)
            if triple in triples:
                marks.token("triple_again", index)
            triples.add(triple)
        last[token] = index
        repeated_before = seen is not None


def _mark_words(context: Context, marks: Marks) -> None:
    counts: dict[str, int] = {}
    stems: dict[str, str] = {}
    sentence_of: dict[str, int] = {}
    beginnings: tuple[set[str], set[str]] = (set(), set())
    words, sentences = context.words, context.sentence_of_word
    for index, word in enumerate(words):
        key = word.lower
        names = _history(counts.get(key, 0), len(key) >= 5)
        if sentence_of.get(key) == sentences[index]:
            names.append("word_again_in_sentence")
        names += _neighbours(words, index)
        if stems.setdefault(key[:5], key) != key and len(key) >= 5 and key not in counts:
            names.append("word_family_again")
        names += _beginnings(word, key, index == 0 or sentences[index - 1] != sentences[index], beginnings)
        for name in names:
            marks.span(name, word.start, word.end)
        counts[key] = counts.get(key, 0) + 1
        sentence_of[key] = sentences[index]


def _history(count: int, long: bool) -> list[str]:
    if not count:
        return ["new_content_word"] if long else []
    names = ["word_again"]
    if long:
        names.append("content_word_again")
    if count >= 2:
        names.append("word_third_time")
    return names


def _neighbours(words: list[Word], index: int) -> list[str]:
    names = []
    word = words[index]
    if index > 0 and word.follows_directly:
        if words[index - 1].lower == word.lower:
            names.append("word_doubled")
        elif words[index - 1].lower[0] == word.lower[0]:
            names.append("alliteration")
        if index > 1 and words[index - 2].lower == word.lower and words[index - 1].follows_directly:
            names.append("word_x_by_x")
    return names


def _beginnings(word: Word, key: str, begins_sentence: bool, seen: tuple[set[str], set[str]]) -> list[str]:
    names = []
    begins = ("\n" in word.gap or not word.start, begins_sentence)
    for holds, earlier, name in zip(begins, seen, ("same_line_beginning", "same_sentence_beginning"), strict=True):
        if holds:
            if key in earlier:
                names.append(name)
            earlier.add(key)
    return names


FAMILY = Family("repetition", PHRASES, mark=_mark)
