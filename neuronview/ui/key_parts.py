"""Keys for endpoints: the environment's, said and not shown, and typed ones, in this visit's memory alone.

A typed key is for one address. It leaves its field at once, so that the page does not hold it, and is in no plan, file,
log or address of a page; a run's process gets it through its environment.
"""

from __future__ import annotations

import streamlit as st

from neuronview.errors import BadInput
from neuronview.jobs.choices import Chosen, explainer_of, simulator_of
from neuronview.jobs.endpoints import Keys
from neuronview.jobs.plan import RunPlan
from neuronview.llm.wire_address import LOCAL_KEY, Address
from neuronview.ui.plain import markdown_safe

__all__ = ["key_field", "keys_for", "keys_of", "place_of", "shown", "typed_keys"]

_KEYS = "nv_typed_keys"


def shown(url: str | None) -> str:
    """An address without what is secret in it; empty when it is none."""
    try:
        return Address.parse(url).shown
    except BadInput:
        return ""


def key_field(chosen: Chosen, role: str, *, is_wanted: bool = False) -> None:
    """Say which key is sent there, and take another one for this visit; open where one `is_wanted` now."""
    place = place_of(chosen)
    if not place:
        return
    field = f"llm_{role}_key"
    if place in st.session_state.get(_KEYS, {}):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                f":material/key: A key for {markdown_safe(place)} is in this visit's memory, and nowhere else.",
                width="content",
            )
            st.button("Forget it", type="tertiary", key=f"{field}_forget", on_click=_forget, args=(place,))
        return
    if Address.parse(place).is_local:
        with st.expander("This server wants a key", expanded=is_wanted):
            _key_input("API key", place, field)
        return
    if Keys.from_environment().explainer:
        st.caption(
            f":material/key: The key in OPENAI_API_KEY is sent to {markdown_safe(place)}. It is not shown or stored."
        )
        with st.expander("Use another key", expanded=is_wanted):
            _key_input("API key for this visit", place, field)
        return
    _key_input("API key", place, field)


def _key_input(label: str, place: str, field: str) -> None:
    st.text_input(
        label,
        type="password",
        key=field,
        autocomplete="new-password",
        on_change=_keep,
        args=(place, field),
        help="Kept in this visit's memory and given to the run's process: in no file, log or address. Or set "
        f"{LOCAL_KEY if Address.parse(place).is_local else 'OPENAI_API_KEY'} before you start NeuronView.",
    )


def _keep(place: str, field: str) -> None:
    """Move a typed key out of the field, so that the page does not hold it any more."""
    typed = str(st.session_state[field] or "").strip()
    st.session_state[field] = ""
    if typed:
        st.session_state[_KEYS] = {**st.session_state.get(_KEYS, {}), place: typed}


def _forget(place: str) -> None:
    st.session_state[_KEYS] = {name: key for name, key in st.session_state.get(_KEYS, {}).items() if name != place}


def place_of(chosen: Chosen) -> str:
    """Where a key for it would go; empty for a model in this process, or an address that is none."""
    return "" if chosen.local is not None else shown(Keys.from_environment().address(chosen))


def _typed(chosen: Chosen) -> str | None:
    kept = st.session_state.get(_KEYS, {}).get(place_of(chosen))
    return None if kept is None else str(kept)


def typed_keys(plan: RunPlan) -> dict[str, str]:
    """What was typed for a plan's addresses, as `launch` takes it."""
    explainer, simulator = explainer_of(plan), simulator_of(plan)
    apart = place_of(explainer) != place_of(simulator)
    found = {"key": _typed(explainer), "simulator_key": _typed(simulator) if apart else None}
    return {name: key for name, key in found.items() if key}


def keys_of(plan: RunPlan) -> Keys:
    """The keys for a plan: typed ones, else those of the environment."""
    typed = typed_keys(plan)
    return _merged(typed.get("key"), typed.get("simulator_key"))


def keys_for(chosen: Chosen) -> Keys:
    """The key for one model, as the explainer's."""
    return _merged(_typed(chosen), None)


def _merged(key: str | None, simulator_key: str | None) -> Keys:
    known = Keys.from_environment()
    typed = tuple(filter(None, (key, simulator_key)))
    return Keys(
        key or known.explainer, simulator_key or known.simulator, known.base_url, typed=typed, local=known.local
    )
