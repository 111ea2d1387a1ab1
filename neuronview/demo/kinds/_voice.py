"""Changes of voice that leave the sense alone: wording, contractions, spelling, dashes, quotation marks.

Promises: one voice for a whole passage. Knows nothing of kinds.
"""

from __future__ import annotations

import re
from random import Random

from neuronview.demo.kinds._wording import reworded

CONTRACTING_SHARE = 0.55
AMERICAN_SHARE = 0.4
CURLY_SHARE = 0.15
DASHES = (" - ", " — ", " – ", "—", " — ")

_NOT = {
    "do not": "don't",
    "does not": "doesn't",
    "did not": "didn't",
    "is not": "isn't",
    "are not": "aren't",
    "was not": "wasn't",
    "were not": "weren't",
    "has not": "hasn't",
    "have not": "haven't",
    "had not": "hadn't",
    "would not": "wouldn't",
    "could not": "couldn't",
    "should not": "shouldn't",
    "will not": "won't",
    "cannot": "can't",
}
_PRONOUNS = {"am": "'m", "will": "'ll", "have": "'ve", "would": "'d", "should": "'d", "are": "'re"}
_AMERICAN = {
    "colour": "color",
    "vapour": "vapor",
    "splendour": "splendor",
    "endeavour": "endeavor",
    "favourite": "favorite",
    "grey": "gray",
    "neighbour": "neighbor",
    "favour": "favor",
    "honour": "honor",
    "labour": "labor",
    "harbour": "harbor",
    "rumour": "rumor",
    "flavour": "flavor",
    "humour": "humor",
    "realise": "realize",
    "recognise": "recognize",
    "apologise": "apologize",
    "organise": "organize",
    "centre": "center",
    "theatre": "theater",
    "towards": "toward",
    "learnt": "learned",
    "spelt": "spelled",
    "tyre": "tire",
    "cheque": "check",
    "plough": "plow",
    "mould": "mold",
    "pyjamas": "pajamas",
    "whilst": "while",
    "jewellery": "jewelry",
    "travelling": "traveling",
    "traveller": "traveler",
    "programme": "program",
    "moustache": "mustache",
}
_NOT_PATTERN = re.compile(rf"\b({'|'.join(_NOT)})\b", re.IGNORECASE)
_PRONOUN_PATTERN = re.compile(
    r"\b(I am|(?:I|you|we|they|he|she|it) will|(?:I|you|we|they) have|(?:I|you|we|they|he|she) would|(?:I|we) should"
    r"|(?:you|we|they) are)(?= (?:not |never |always |still |all |only |just |already )?[a-z]+)",
    re.IGNORECASE,
)
# After these words "it is" ends a clause more often than not, or would be stressed.
_BEFORE_FULL = ("than", "what", "where", "how", "of", "to", "with", "about", "for", "as", "by", "in")
_NO_CONTRACTION = "".join(f"(?<!{word} )" for word in _BEFORE_FULL)
_IS_PATTERN = re.compile(rf"{_NO_CONTRACTION}\b(it|that|there|he|she) is(?= [a-z]{{2,}}[ ,.])", re.I)
_AMERICAN_PATTERN = re.compile(rf"\b({'|'.join(_AMERICAN)})", re.IGNORECASE)
_HAVE_OBJECT = re.compile(
    r"^ (?:a|an|the|no|to|my|your|our|their|his|her|some|any|two|three|four|six|eleven|nothing|enough|plenty)\b"
)


def voiced(text: str, rng: Random) -> str:
    """Return the text in one voice, drawn from `rng`."""
    text = reworded(text, rng)
    contracting, american, curly = (rng.random() for _ in range(3))
    if contracting < CONTRACTING_SHARE:
        text = contracted(text)
    if american < AMERICAN_SHARE:
        text = _AMERICAN_PATTERN.sub(lambda found: _cased(found[1], _AMERICAN[found[1].lower()]), text)
    dash = rng.choice(DASHES)
    text = re.sub(r" ?— ?", dash, text)
    return curled(text) if curly < CURLY_SHARE else text


def contracted(text: str) -> str:
    """Return the text with the contractions of speech."""
    text = _NOT_PATTERN.sub(lambda found: _cased(found[1], _NOT[found[1].lower()]), text)
    text = _PRONOUN_PATTERN.sub(lambda found: _short(found, text), text)
    return _IS_PATTERN.sub(lambda found: found[1] + "'s", text)


def _short(found: re.Match[str], text: str) -> str:
    pronoun, verb = found[1].split()
    if verb.lower() == "have" and _HAVE_OBJECT.match(text[found.end() :]):
        return found[1]
    return pronoun + _PRONOUNS[verb.lower()]


def _cased(old: str, new: str) -> str:
    return new[0].upper() + new[1:] if old[0].isupper() else new


def curled(text: str) -> str:
    """Return the text with typographic quotation marks and apostrophes."""
    text = re.sub(r'(^|[\s(—–])"', "\\1“", text).replace('"', "”")
    return re.sub(r"(^|[\s(“])'", "\\1‘", text).replace("'", "’")
