"""Endings and beginnings of words, and the clitics of contractions.

Rule: by spelling alone, with a minimal length and a few exceptions, so "bring" is no -ing form but "evening" is one;
a feature of an ending marks the whole word, a clitic ('s, n't, 'll) marks only its own characters.
"""

import re

from neuronview.explain.features.base import Context, Family, Marks

_ENDINGS: tuple[tuple[str, str, str], ...] = (
    ("ending_ed", "words that end in -ed (mostly past tense)", r"(?=.{5}).*[^e]ed|used|died|tied|lied|owed|added"),
    ("ending_ing", "words that end in -ing", r"(?!during|nothing|something|anything|everything|morning|evening|spring"
     r"|string|bring|thing|ceiling).{2,}ing"),
    ("ending_ly", "words that end in -ly (mostly adverbs)", r"(?!family|italy|july|apply|reply|supply|early|only|ugly"
     r"|belly|jelly|bully|silly|lovely).{3,}ly"),
    ("ending_tion", "words that end in -tion or -sion", r".{2,}[ts]ions?"),
    ("ending_ment", "words that end in -ment", r"(?!moment).{3,}ments?"),
    ("ending_ness", "words that end in -ness", r"(?!business|witness|harness).{3,}ness(?:es)?"),
    ("ending_ity", "words that end in -ity", r".{2,}it(?:y|ies)"),
    ("ending_ance", "words that end in -ance or -ence", r".{3,}[ae]nces?"),
    ("ending_er", "words that end in -er or -or (who or what does something)", r"(?!.*(?:other|ever|after|under|over"
     r"|ither|mber|ather|ister|ater|rder)s?$).{3,}[eo]rs?"),
    ("ending_est", "words that end in -est (superlatives)", r"(?!forest|interest|harvest|honest|request|suggest|modest"
     r"|protest|contest|arrest|invest|digest).{3,}est"),
    ("ending_able", "words that end in -able or -ible", r"(?!table).{2,}[ai]ble"),
    ("ending_ful", "words that end in -ful", r".{3,}ful"),
    ("ending_less", "words that end in -less", r"(?!unless).{3,}less"),
    ("ending_ous", "words that end in -ous", r".{3,}ous"),
    ("ending_ive", "words that end in -ive", r"(?!drive|alive|arrive).{3,}ive"),
    ("ending_al", "words that end in -al", r"(?!animal|journal|metal).{3,}als?"),
    ("ending_ic", "words that end in -ic or -ical", r".{3,}ic(?:al|s)?"),
    ("ending_ist", "words that end in -ism or -ist", r".{3,}is[mt]s?"),
    ("ending_ship", "words that end in -ship, -hood or -dom", r".{3,}(?:ship|hood|dom)s?"),
    ("ending_y", "words of up to six letters that end in -y", r"(?!.*ly$).{2,4}[^aeiou']y"),
    ("ending_en", "words that end in -en", r"(?!then|when|even|women|children|seven|eleven|often).{2,}en"),
    ("ending_ise", "words that end in -ise, -ize or -ify",
     r"(?!noise|raise|rise|wise|size|prize|surprise|promise|otherwise"
     r"|exercise).{3,}(?:i[sz]e[sd]?|ify|ified|ifies)"),
    ("ending_age", "words that end in -age or -ure", r"(?!page|sure).{3,}(?:age|ure)s?"),
    ("ending_ight", "words that contain -ight or -ought", r".*(?:ight|ought|aught).*"),
    ("ending_other", "words that end in -ther or -ever", r".*(?:ther|ever)s?"),
    ("ending_s", "words that end in -s (plurals and third-person verbs)",
     r"(?!this$|thus$|was$|has$|his$|its$|yes$|gas$"
     r"|bus$|us$|as$|is$).{2,}[^siu']s"),
    ("prefix_un", "words that begin with un- or in- (negative prefixes)", r"un(?!der|it|i[vq]|cle|til)[a-z]{4,}"
     r"|(?:in(?:vis|cor|cap|com|de|sec|ac|exp|ef)|im(?:pos|pat|pro|per|mat)|ir[r]|il[l])[a-z]{4,}"),
    ("prefix_re", "words that begin with re-", r"re(?!d|a[ds]|st|ally|ason|ally|g)[a-z]{4,}"),
    ("prefix_dis", "words that begin with dis- or mis-", r"(?:dis(?!h|tan|c)|mis(?!s|t))[a-z]{4,}"),
    ("prefix_pre", "words that begin with pre- or pro-", r"pr[eo][a-z]{4,}"),
    ("prefix_con", "words that begin with con- or com-", r"co[nm][a-z]{4,}"),
    ("prefix_over", "words that begin with over-, under-, out- or up-", r"(?:over|under|out|up)[a-z]{3,}"),
    ("prefix_ex", "words that begin with ex-", r"ex[a-z]{4,}"),
    ("double_letter", "words with a doubled consonant", r".*([bcdfglmnprstz])\1.+"),
    ("compound_word", "words made of two words (something, sunlight, football)", r"(?:some|any|every|no|where|sun|moon"
     r"|foot|hand|book|rain|snow|fire|home|house|news|note|after|over|under|up|down|out|in|with|mean|key|pass|net|team"
     r"|land|table|break|day|week|birth|grand|class|bath|bed)(?:thing|body|one|where|times?|how|light|shine|ball|bags?"
     r"|shops?|shelf|storm|fall|drops?|place|works?|wife|papers?|books?|noon|night|come|stairs|town|side|doors?|in|out"
     r"|while|boards?|words?|mates?|ports?|lords?|capes?|spoons?|fast|ends?|days?|mothers?|fathers?|rooms?|man|men)"),
)  # fmt: skip
_CLITICS: tuple[tuple[str, str, str], ...] = (
    ("possessive_s", "the ending 's", r"(?<=\w)['’]s\b"),
    ("plural_possessive", "the apostrophe after a plural in -s", r"(?<=[a-z]s)['’](?=\s)"),
    ("clitic_not", "the contracted n't", r"n['’]t\b"),
    ("clitic_will", "the contracted 'll", r"(?<=\w)['’]ll\b"),
    ("clitic_are_have", "the contracted 're, 've and 'm", r"(?<=\w)['’](?:re|ve|m)\b"),
    ("clitic_would", "the contracted 'd", r"(?<=\w)['’]d\b"),
)
_COMPILED = tuple((name, re.compile(pattern, re.ASCII)) for name, _, pattern in _ENDINGS)
_APOSTROPHE = re.compile("|".join(f"(?P<{name}>{pattern})" for name, _, pattern in _CLITICS), re.IGNORECASE)
_CONTRACTION = re.compile(r".*(?:n't|'ll|'re|'ve|'m|'d)|(?:it|he|she|that|there|what|who|where|let|here)'s")

PHRASES = (
    ("contraction", "contractions (don't, I'm, we'll)"),
    *((name, phrase) for name, phrase, _ in _ENDINGS + _CLITICS),
)


def _of_word(word: str) -> list[str]:
    lower = word.replace("’", "'").lower()
    if "'" in lower:
        return ["contraction"] if _CONTRACTION.fullmatch(lower) else []
    return [name for name, pattern in _COMPILED if pattern.fullmatch(lower)]


def _mark(context: Context, marks: Marks) -> None:
    if "'" in context.text or "’" in context.text:
        for match in _APOSTROPHE.finditer(context.text):
            marks.span(str(match.lastgroup), match.start(), match.end())


FAMILY = Family("morphology", PHRASES, of_word=_of_word, mark=_mark)
