"""Values of an address that a page cannot show, told in words.

A widget that is bound to the address drops a value that is none of its own without a word, and takes it out of the
address: so this is called before the widget is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from neuronview.ui.plain import markdown_safe

__all__ = ["tell", "tell_unknown"]

LONGEST = 60


def tell(wrong: Sequence[str]) -> None:
    """A warning that says what of the address is left out; nothing where nothing is wrong."""
    if wrong:
        said = f"The address asks for what there is not, and this is left out. {' '.join(wrong)}"
        st.warning(markdown_safe(said), icon=":material/link_off:")


def tell_unknown(name: str, known: Iterable[str]) -> None:
    """Warn where a parameter of the address has a value that is none of `known`, as the widget writes them."""
    values = list(known)
    tell(
        [
            f"{name}={given[:LONGEST]} is no value of it. There are: {', '.join(values)}."
            for given in st.query_params.get_all(name)
            if given and given not in values
        ]
    )
