"""Damaging bytes at random, from a seed: flipped, cut, swapped, extended, zeroed."""

import random
from collections.abc import Callable


def damaged(raw: bytes, rng: random.Random) -> tuple[str, bytes]:
    """A kind of damage and the bytes after it, which differ from those before."""
    for _ in range(20):
        name = rng.choice(sorted(WAYS))
        after = WAYS[name](raw, rng)
        if after != raw:
            return name, after
    return "extend", raw + b"\0"


def _flip(raw: bytes, rng: random.Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(rng.choice((1, 1, 1, 2, 8)) if raw else 0):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _digit(raw: bytes, rng: random.Random) -> bytes:
    """One digit becomes another: the damage of texts that is hardest to see."""
    places = [place for place, byte in enumerate(raw[:200_000]) if 48 <= byte <= 57]
    if not places:
        return raw
    place = rng.choice(places)
    return raw[:place] + str(rng.randrange(10)).encode() + raw[place + 1 :]


def _cut(raw: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(raw) + 1)
    return raw[:start] if rng.random() < 0.5 else raw[:start] + raw[start + rng.randint(1, 64) :]


def _swap(raw: bytes, rng: random.Random) -> bytes:
    length = rng.choice((1, 4, 16, 64))
    if len(raw) < 2 * length:
        return raw
    one = rng.randrange(len(raw) - 2 * length + 1)
    two = rng.randrange(one + length, len(raw) - length + 1)
    return raw[:one] + raw[two : two + length] + raw[one + length : two] + raw[one : one + length] + raw[two + length :]


def _extend(raw: bytes, rng: random.Random) -> bytes:
    place, length = rng.randrange(len(raw) + 1), rng.choice((1, 8, 200, 4096))
    more = raw[:length] if rng.random() < 0.5 else rng.randbytes(length)
    return raw[:place] + more + raw[place:]


def _zero(raw: bytes, rng: random.Random) -> bytes:
    start, length = rng.randrange(len(raw) + 1), rng.choice((1, 4, 32, 512))
    return raw[:start] + bytes(len(raw[start : start + length])) + raw[start + length :]


WAYS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "cut": _cut,
    "digit": _digit,
    "extend": _extend,
    "flip": _flip,
    "swap": _swap,
    "zero": _zero,
}
