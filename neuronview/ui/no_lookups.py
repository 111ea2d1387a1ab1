"""Streamlit asks no other computer which address this one has.

It asks Amazon's servers whenever a page of another site would connect, since it lets in pages of its own external
address, whatever else that holds. Whose pages have another name than the server's lists it in
`server.corsAllowedOrigins`. It asks them too as it prints addresses at its start, before this is imported, where
`browser.serverAddress` is not set; config.toml and `serve` set it.
"""

from __future__ import annotations

from streamlit import net_util

__all__ = ["look_nothing_up"]


def look_nothing_up() -> None:
    """From now on, in this process; AttributeError where Streamlit asks in another way."""
    asks = net_util.get_external_ip
    assert callable(asks)
    net_util.get_external_ip = _unknown


def _unknown() -> str | None:
    return None
