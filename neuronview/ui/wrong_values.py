"""Values of an address that a page cannot show, told in words.

A widget that is bound to the address drops a value that is none of its own without a word, and takes it out of the
address: so this is called before the widget is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf, isfinite, nan

import streamlit as st
from streamlit.elements.widgets.number_input import Number, NumberInputSerde

from neuronview.ui.plain import markdown_safe

__all__ = ["FLAGS", "leave_out_infinite", "tell", "tell_flags", "tell_number", "tell_unknown"]

LONGEST = 60
FLAGS = (
    *("browse_regex", "browse_rising", "compare_difference", "compare_live", "compare_paired", "edit_continue"),
    *(
        "explain_regex",
        "neuron_log",
        "neuron_pat_difference",
        "neuron_pat_own",
        "neuron_regex",
        "neuron_sim_difference",
    ),
    *("neuron_sim_own", "text_apart", "text_by_value", "text_edit", "text_tokens", "text_why"),
)
"""Parameters of switches, and of sections that open and close."""
_deserialize = NumberInputSerde.deserialize


def leave_out_infinite() -> None:
    """From now on a field of whole numbers leaves out an infinite one of the address, as it does any wrong one.

    Streamlit's makes an integer of it first, and there the page ends in an error. Once is enough.
    """
    NumberInputSerde.deserialize = _finite  # type: ignore[assignment,method-assign]


def _finite(field: NumberInputSerde, value: Number | None) -> Number | None:
    return _deserialize(field, None if isinstance(value, float) and not isfinite(value) else value)


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


def tell_flags() -> None:
    """The same for every switch and section of the app."""
    for name in FLAGS:
        if st.query_params.get(name, "").lower() not in ("", "true", "false"):
            tell_unknown(name, ("true", "false"))


def tell_number(name: str, low: float, high: float, *, whole: bool = False) -> None:
    """The same for a parameter that is a number within bounds; inf for one that has no upper one."""
    for given in st.query_params.get_all(name):
        try:
            value = float(given or low)
        except ValueError:
            value = nan
        if not low <= value <= high or (whole and value != int(value)):
            bounds = f"from {low:g} to {high:.10g}" if high < inf else f"of at least {low:g}"
            tell([f"{name}={given[:LONGEST]} is no {'whole ' if whole else ''}number {bounds}."])
