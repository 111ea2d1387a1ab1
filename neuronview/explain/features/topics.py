"""What words mean: one feature for each word list of the families topics, names and calendar.

Rule: by the word's form alone, in any inflection that the list's kind adds; proper names need their capital. A list
holds a word in any of its senses, so a word may be in several lists.
"""

from neuronview.explain.features import lexicon
from neuronview.explain.features.base import Family


def topics() -> Family:
    """Fields of meaning: animals, food, weather, verbs of motion, ..."""
    return Family("topics", lexicon.phrases("topics"), of_word=lambda word: lexicon.lists_of(word, family="topics"))


def calendar() -> Family:
    """Months, weekdays, seasons, holidays, parts of the day."""
    return Family(
        "calendar", lexicon.phrases("calendar"), of_word=lambda word: lexicon.lists_of(word, family="calendar")
    )
