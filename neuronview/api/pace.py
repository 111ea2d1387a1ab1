"""How often each address may ask: so many times a minute, evenly, and as many at once after a pause."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

__all__ = ["Pace"]

MINUTE = 60.0
MOST_ADDRESSES = 10_000
"""That are remembered; of more, those that asked longest ago begin anew."""


class Pace:
    """What each address has left; in memory, bounded."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._full_at: OrderedDict[str, float] = OrderedDict()
        """When each address would have all its requests again."""

    def wait(self, address: str, most: int) -> float:
        """Seconds until the address may ask, 0 where it may now, which then counts as one of `most` a minute."""
        name, now = _asker(address), self._clock()
        if most <= 0:
            return MINUTE
        full_at = max(now, self._full_at.get(name, now)) + MINUTE / most
        if full_at - now > MINUTE + 1e-9:
            return full_at - now - MINUTE
        self._full_at[name] = full_at
        self._full_at.move_to_end(name)
        while len(self._full_at) > MOST_ADDRESSES:
            self._full_at.popitem(last=False)
        return 0.0


def _asker(address: str) -> str:
    """Who asks: one address of IPv4, the 64 bits of IPv6 that one household or server has for itself."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(IPv6Address(int(found) >> 64 << 64))
    return str(found)
