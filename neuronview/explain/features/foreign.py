"""Words of other languages: French, German, Spanish, Italian, Latin.

Rule: a list's words are marked in a sentence only when at least two of them there are not English words as well (or
one of five letters or more), since "die", "in" or "son" alone say nothing. Later words of the sentence can decide.
"""

from collections import defaultdict
from functools import cache

from neuronview.explain.features import grammar, lexicon
from neuronview.explain.features.base import Context, Family, Marks, Word, word_set

PHRASES = (
    *lexicon.phrases("foreign"),
    ("foreign_sentence", "sentences in French, German, Spanish, Italian or Latin"),
    ("accented_word", "words with accented letters (é, ñ, ü)"),
)
_ALSO_ENGLISH = word_set(
    "die son me a an no in me come pro sub per war hat man so was bei den tag gut an am ad sit dove mi ma la"
    " el es do de du one non note sole con mais pour sur son sans chez ex ante inter post pax rex lex alba sun"
    " nun et us all on or nous te tu le si lo io date dolor hand not des mes as ser al in rue grand petit"
    " petite casa ville madame monsieur nihil ergo vice versa lorem strand see rat gift mode nature place"
    " table six on main pain chat long court aqua terra deus vita amor mors carpe alma via fin era esta sobre"
)
_ACCENTED = frozenset("àâäáãåæçèéêëìíîïñòóôöõøœùúûüýÿßšžőűłśżźćń¿¡")


@cache
def _languages() -> dict[str, tuple[str, ...]]:
    index: dict[str, tuple[str, ...]] = {}
    for name, _ in lexicon.phrases("foreign"):
        for word in lexicon.words(name):
            index[word] = (*index.get(word, ()), name)
    return index


@cache
def _telling(word: str) -> bool:
    return word not in _ALSO_ENGLISH and not grammar.is_function_word(word)


def _of_word(word: str) -> list[str]:
    return ["accented_word"] if not word.isascii() and not _ACCENTED.isdisjoint(word.lower()) else []


def _mark(context: Context, marks: Marks) -> None:
    index = _languages()
    hits: dict[tuple[int, str], list[Word]] = defaultdict(list)
    for word, sentence in zip(context.words, context.sentence_of_word, strict=True):
        for name in index.get(word.lower, ()):
            hits[sentence, name].append(word)
    for (sentence, name), found in hits.items():
        telling = [word for word in found if _telling(word.lower)]
        if len(telling) >= 2 or any(len(word.lower) >= 5 for word in telling):
            for word in found:
                marks.span(name, word.start, word.end)
            if len(found) >= 3:
                marks.span("foreign_sentence", *context.sentences[sentence])


def family() -> Family:
    """Words of other languages."""
    return Family("foreign", PHRASES, of_word=_of_word, mark=_mark)
