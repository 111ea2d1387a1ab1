"""English inflection by rule with lists of exceptions: plurals, verb forms, comparatives, articles, number words.

Covers the words of the lexicon (regular or listed here); a word outside it gets the regular form, right or wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

VOWELS = "aeiou"

IRREGULAR_PLURALS = dict(
    pair.split(":")
    for pair in [
        "man:men",
        "woman:women",
        "child:children",
        "foot:feet",
        "tooth:teeth",
        "goose:geese",
        "mouse:mice",
        "louse:lice",
        "ox:oxen",
        "person:people",
        "sheep:sheep",
        "deer:deer",
        "fish:fish",
        "salmon:salmon",
        "trout:trout",
        "cod:cod",
        "bison:bison",
        "moose:moose",
        "squid:squid",
        "shrimp:shrimp",
        "aircraft:aircraft",
        "spacecraft:spacecraft",
        "hovercraft:hovercraft",
        "series:series",
        "species:species",
        "offspring:offspring",
        "crossroads:crossroads",
        "means:means",
        "headquarters:headquarters",
        "half:halves",
        "calf:calves",
        "knife:knives",
        "life:lives",
        "wife:wives",
        "leaf:leaves",
        "loaf:loaves",
        "shelf:shelves",
        "self:selves",
        "thief:thieves",
        "wolf:wolves",
        "elf:elves",
        "scarf:scarves",
        "hoof:hooves",
        "sheaf:sheaves",
        "potato:potatoes",
        "tomato:tomatoes",
        "hero:heroes",
        "echo:echoes",
        "volcano:volcanoes",
        "mosquito:mosquitoes",
        "mango:mangoes",
        "buffalo:buffaloes",
        "torpedo:torpedoes",
        "tornado:tornadoes",
        "veto:vetoes",
        "cargo:cargoes",
        "analysis:analyses",
        "crisis:crises",
        "thesis:theses",
        "basis:bases",
        "oasis:oases",
        "diagnosis:diagnoses",
        "hypothesis:hypotheses",
        "axis:axes",
        "emphasis:emphases",
        "parenthesis:parentheses",
        "synthesis:syntheses",
        "criterion:criteria",
        "phenomenon:phenomena",
        "bacterium:bacteria",
        "curriculum:curricula",
        "medium:media",
        "nucleus:nuclei",
        "fungus:fungi",
        "cactus:cacti",
        "stimulus:stimuli",
        "radius:radii",
        "larva:larvae",
        "alga:algae",
        "quiz:quizzes",
        "bus:buses",
        "gas:gases",
        "lens:lenses",
        "passer-by:passers-by",
        "son-in-law:sons-in-law",
        "mother-in-law:mothers-in-law",
        "father-in-law:fathers-in-law",
        "sister-in-law:sisters-in-law",
        "brother-in-law:brothers-in-law",
        "daughter-in-law:daughters-in-law",
        "runner-up:runners-up",
        "stomach:stomachs",
        "monarch:monarchs",
        "patriarch:patriarchs",
        "epoch:epochs",
    ]
)
_MEN = ("man", "woman", "child", "foot", "tooth", "mouse", "person", "fish", "leaf", "knife", "wife", "shelf")

# base past participle, for every irregular verb the lexicon uses
IRREGULAR_VERBS = {
    row.split()[0]: (row.split()[1], row.split()[2])
    for row in """
    be was been;have had had;do did done;go went gone;say said said;make made made;get got got;see saw seen
    know knew known;take took taken;come came come;think thought thought;give gave given;find found found
    tell told told;become became become;leave left left;feel felt felt;put put put;bring brought brought
    begin began begun;keep kept kept;hold held held;write wrote written;stand stood stood;hear heard heard
    let let let;mean meant meant;set set set;meet met met;run ran run;pay paid paid;sit sat sat;speak spoke spoken
    lie lay lain;lead led led;read read read;grow grew grown;lose lost lost;fall fell fallen;send sent sent
    build built built;understand understood understood;draw drew drawn;break broke broken;spend spent spent
    cut cut cut;rise rose risen;drive drove driven;buy bought bought;wear wore worn;choose chose chosen
    seek sought sought;throw threw thrown;catch caught caught;deal dealt dealt;win won won;forget forgot forgotten
    lay laid laid;sell sold sold;fight fought fought;bear bore borne;teach taught taught;eat ate eaten
    sing sang sung;strike struck struck;hang hung hung;shake shook shaken;ride rode ridden;feed fed fed
    shoot shot shot;drink drank drunk;hit hit hit;arise arose arisen;fly flew flown;spread spread spread
    sleep slept slept;cost cost cost;beat beat beaten;light lit lit;bind bound bound;cast cast cast
    hide hid hidden;blow blew blown;swim swam swum;bend bent bent;wake woke woken;stick stuck stuck
    sweep swept swept;lend lent lent;shut shut shut;swing swung swung;burst burst burst;freeze froze frozen
    steal stole stolen;tear tore torn;shine shone shone;slide slid slid;spin spun spun;hurt hurt hurt
    bite bit bitten;dig dug dug;quit quit quit;swear swore sworn;weep wept wept;creep crept crept
    cling clung clung;split split split;wind wound wound;weave wove woven;ring rang rung;sink sank sunk
    spring sprang sprung;shrink shrank shrunk;stink stank stunk;sting stung stung;leap leapt leapt
    dream dreamt dreamt;kneel knelt knelt;lean leant leant;swell swelled swollen;sew sewed sewn;sow sowed sown
    saw sawed sawn;mow mowed mown;show showed shown;prove proved proven;shave shaved shaven;fling flung flung
    flee fled fled;grind ground ground;knit knitted knitted;forgive forgave forgiven;forbid forbade forbidden
    withdraw withdrew withdrawn;overcome overcame overcome;undertake undertook undertaken;mistake mistook mistaken
    undo undid undone;rewrite rewrote rewritten;rebuild rebuilt rebuilt;overhear overheard overheard
    oversee oversaw overseen;overtake overtook overtaken;withstand withstood withstood;uphold upheld upheld
    foresee foresaw foreseen;mislead misled misled;misunderstand misunderstood misunderstood;retell retold retold
    repay repaid repaid;resell resold resold;reset reset reset;unwind unwound unwound;outgrow outgrew outgrown
    shed shed shed;slit slit slit;thrust thrust thrust;stride strode stridden;tread trod trodden;string strung strung
    speed sped sped;breed bred bred;bleed bled bled;wring wrung wrung;sling slung slung;slay slew slain
    bet bet bet;bid bid bid;upset upset upset;spit spat spat;broadcast broadcast broadcast;forecast forecast forecast
    foretell foretold foretold;partake partook partaken;redo redid redone;retake retook retaken;proofread proofread proofread;rethink rethought rethought
    """.replace("\n", ";").split(";")
    if row.strip()
}

# Final stress (or one syllable) doubles the last consonant: "admitted", but "visited".
_DOUBLING = frozenset(
    [
        "admit",
        "commit",
        "permit",
        "submit",
        "omit",
        "regret",
        "forget",
        "refer",
        "prefer",
        "occur",
        "defer",
        "infer",
        "confer",
        "incur",
        "rebel",
        "compel",
        "expel",
        "propel",
        "control",
        "patrol",
        "begin",
        "equip",
        "transfer",
        "deter",
        "upset",
        "reset",
        "outrun",
        "overrun",
        "input",
        "format",
        "unzip",
        "unplug",
        "travel",
        "cancel",
        "label",
        "model",
        "signal",
        "level",
        "marvel",
        "quarrel",
        "shovel",
        "unravel",
        "fuel",
        "kidnap",
        "worship",
        "program",
        "outwit",
        "acquit",
        "allot",
        "abet",
        "rerun",
        "befit",
        "debug",
        "emit",
    ]
)
_NEVER_DOUBLED = "wxy"

_IRREGULAR_COMPARATIVES = {
    "good": ("better", "best"),
    "bad": ("worse", "worst"),
    "far": ("farther", "farthest"),
    "little": ("less", "least"),
    "many": ("more", "most"),
    "much": ("more", "most"),
    "well": ("better", "best"),
}
_WITH_ER = frozenset(
    [
        "quiet",
        "clever",
        "narrow",
        "shallow",
        "simple",
        "gentle",
        "little",
        "humble",
        "noble",
        "feeble",
        "subtle",
        "nimble",
        "supple",
        "red",
    ]
)
_LONG_ENDINGS = ("ed", "ing", "ful", "less", "ous", "ish")
_WITH_MORE = frozenset(
    [
        "real",
        "main",
        "wrong",
        "joint",
        "next",
        "key",
        "lost",
        "torn",
        "burnt",
        "bent",
        "giant",
        "cream",
        "navy",
        "bronze",
        "beige",
        "loyal",
        "nearby",
        "naive",
        "likely",
        "unlikely",
        "daily",
        "weekly",
        "monthly",
        "French",
        "Greek",
        "Welsh",
        "Dutch",
        "Swiss",
        "Czech",
        "Thai",
        "drunk",
        "dead",
        "sick",
        "raw",
        "shrill",
        "square",
    ]
)

_AN_ANYWAY = ("hour", "honest", "honour", "heir", "x-ray", "mp", "fbi")
_A_ANYWAY = ("uni", "use", "usu", "uti", "eu", "one-", "one ", "once", "ubiq", "ura", "uto", "ute", "ufo", "ukulele")
_AN_UNI = ("unin", "unim", "unid")

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = [".", ".", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


@dataclass(frozen=True)
class Verb:
    """The five forms of a verb: walk, walked, walked, walks, walking."""

    base: str
    past: str
    participle: str
    third: str
    ing: str


@cache
def plural(noun: str) -> str:
    """Return the plural of a noun or noun phrase whose last word is the head ("fire engine")."""
    head, space, word = noun.rpartition(" ")
    return head + space + _plural_word(word)


def _plural_word(word: str) -> str:
    if word in IRREGULAR_PLURALS:
        return IRREGULAR_PLURALS[word]
    for ending in _MEN:
        if word.endswith(ending) and word not in ("human", "talisman", "german", "roman"):
            return word[: -len(ending)] + IRREGULAR_PLURALS[ending]
    if word.endswith("y") and word[-2:-1] not in VOWELS:
        return word[:-1] + "ies"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    return word + "s"


@cache
def verb_forms(base: str) -> Verb:
    """Return all forms of a verb; a particle or object after the first word stays behind ("give up")."""
    word, space, rest = base.partition(" ")
    past, participle = _past(word)
    forms = (word, past, participle, _third(word), _ing(word))
    return Verb(*(form + space + rest for form in forms))


def _past(word: str) -> tuple[str, str]:
    if word in IRREGULAR_VERBS:
        return IRREGULAR_VERBS[word]
    regular = _with_suffix(word, "ed")
    return regular, regular


def _with_suffix(word: str, suffix: str) -> str:
    """Return word + "ed", "er" or "est", with the changes of spelling that a vowel suffix brings."""
    if word.endswith("e"):
        return word + suffix[1:]
    if word.endswith("y") and word[-2] not in VOWELS:
        return word[:-1] + "i" + suffix
    return (word + word[-1] if _doubles(word) else word) + suffix


def _doubles(word: str) -> bool:
    if word in _DOUBLING:
        return True
    if len(word) < 3 or word[-1] in VOWELS or word[-1] in _NEVER_DOUBLED or word[-2] not in VOWELS:
        return False
    stem = word[:-2].replace("qu", "q")
    return sum(letter in VOWELS + "y" for letter in stem) == 0 or (len(stem) == 1 and stem == "y")


def _third(word: str) -> str:
    if word in ("be", "have"):
        return {"be": "is", "have": "has"}[word]
    if word.endswith("y") and word[-2] not in VOWELS:
        return word[:-1] + "ies"
    if word.endswith(("s", "x", "z", "ch", "sh", "o")):
        return word + ("zes" if word == "quiz" else "es")
    return word + "s"


def _ing(word: str) -> str:
    if word.endswith("ie"):
        return word[:-2] + "ying"
    if word.endswith("e") and not word.endswith(("ee", "oe", "ye")) and word not in ("be", "singe"):
        return word[:-1] + "ing"
    if word in ("mimic", "panic", "picnic"):
        return word + "king"
    return (word + word[-1] if _doubles(word) else word) + "ing"


@cache
def comparative(adjective: str) -> str:
    """Return "larger", "happier", "better" or "more careful"."""
    if adjective in _IRREGULAR_COMPARATIVES:
        return _IRREGULAR_COMPARATIVES[adjective][0]
    return _with_suffix(adjective, "er") if _is_short(adjective) else f"more {adjective}"


@cache
def superlative(adjective: str) -> str:
    """Return "largest", "happiest", "best" or "most careful", without an article."""
    if adjective in _IRREGULAR_COMPARATIVES:
        return _IRREGULAR_COMPARATIVES[adjective][1]
    return _with_suffix(adjective, "est") if _is_short(adjective) else f"most {adjective}"


def _is_short(adjective: str) -> bool:
    if adjective in _WITH_ER or adjective in _WITH_MORE:
        return adjective in _WITH_ER
    if "-" in adjective or " " in adjective or adjective.endswith(_LONG_ENDINGS):
        return False
    syllables = _syllables(adjective)
    return syllables == 1 or (syllables == 2 and adjective.endswith("y"))


def _syllables(word: str) -> int:
    silent = word.endswith("e") and not (word.endswith("le") and word[-3:-2] not in VOWELS)
    marks = [letter in VOWELS + "y" for letter in (word[:-1] if silent else word)]
    starts = sum(now and not before for before, now in zip([False, *marks], marks, strict=False))
    return max(1, starts)


@cache
def article(word: str) -> str:
    """Return "a" or "an" by the sound of the word (or the digits) that follows."""
    first = word.lstrip("\"'“‘([").lower()
    if first.startswith(("8", "11 ", "18")) or first in ("11", "18"):
        return "an"
    if first.startswith(_AN_ANYWAY):
        return "an"
    if first.startswith(_A_ANYWAY) and not first.startswith(_AN_UNI):
        return "a"
    return "an" if first[:1] in VOWELS and first else "a"


@cache
def number_word(number: int) -> str:
    """Return a whole number in words, up to 999,999: "forty-two", "one hundred and six"."""
    if number < 0:
        return "minus " + number_word(-number)
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")
    if number < 1000:
        rest = f" and {number_word(number % 100)}" if number % 100 else ""
        return f"{ONES[number // 100]} hundred{rest}"
    rest = number % 1000
    joined = "" if not rest else (" and " if rest < 100 else " ") + number_word(rest)
    return f"{number_word(number // 1000)} thousand{joined}"


@cache
def ordinal_word(number: int) -> str:
    """Return "first", "twenty-third", "one hundredth"."""
    words = number_word(number)
    cut = max(words.rfind("-"), words.rfind(" ")) + 1
    head, last = words[:cut], words[cut:]
    if last in _ORDINALS:
        return head + _ORDINALS[last]
    return head + (last[:-1] + "ieth" if last.endswith("y") else last + "th")


def ordinal(number: int) -> str:
    """Return "1st", "22nd", "13th"."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
