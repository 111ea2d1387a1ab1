"""Which language model a run asks, and where: a server on this computer, an address, or a model in this process.

What a model can do is asked once, remembered and told in words; the simulator follows from it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import streamlit as st

from neuronview.errors import BadInput, NeuronViewError
from neuronview.jobs.choices import Chosen
from neuronview.jobs.endpoints import Keys, capability_store, connect, probe_cached
from neuronview.jobs.limits import listed_models, note_probe
from neuronview.llm.discover import PORTS, LocalServer, discover
from neuronview.llm.probe import Capabilities, choose_simulator
from neuronview.llm.wire_address import Address
from neuronview.store import Dataset
from neuronview.ui import cached
from neuronview.ui.key_parts import key_field, keys_for, place_of, shown
from neuronview.ui.model_turn import run_while_wanted
from neuronview.ui.plain import html_safe, html_table, markdown_safe
from neuronview.ui.problems import say

__all__ = [
    "abilities",
    "ability_rows",
    "language_model",
    "place_words",
    "simulator_that_follows",
]

Role = Literal["explainer", "simulator"]
WHERE: Mapping[str, str] = {
    "found": "Found on this computer",
    "address": "At an address",
    "process": "In this process",
}
_CHECKED = "nv_checked_models"
_TROUBLE = "nv_check_trouble"


# --- which model ---------------------------------------------------------------------------------------------------


def language_model(role: Role) -> Chosen | None:
    """The controls that choose a model; None, having said why, while they name none. In public mode: of a list."""
    public = cached.settings().public
    if public is not None:
        return _listed(role, listed_models(public))
    servers = _servers()
    where = st.segmented_control(
        "Where it runs",
        list(WHERE),
        default="found" if servers else "address",
        required=True,
        format_func=WHERE.__getitem__,
        key=f"llm_{role}_where",
        persist_state="session",
    )
    if where == "found":
        return _found(role, servers)
    return _in_process(role) if where == "process" else _at_address(role)


@st.cache_data(ttl=20, max_entries=1, show_spinner="Looking for servers on this computer …")
def _servers() -> list[LocalServer]:
    return asyncio.run(discover())


def _listed(role: Role, models: list[Chosen]) -> Chosen | None:
    """One of the models that visitors may ask."""
    if not models:
        st.info("This server offers no language model. On your own computer, NeuronView asks any that you name.")
        return None
    names = Counter(model.model for model in set(models))
    offered = {model.model if names[model.model] == 1 else place_words(model): model for model in models}
    chosen = offered[str(st.selectbox("Model", list(offered), key=f"llm_{role}_listed", persist_state="session"))]
    key_field(chosen, role)
    return chosen


def _found(role: Role, servers: list[LocalServer]) -> Chosen | None:
    offered = {
        f"{model} · {server.kind} at {server.base_url}": Chosen(model, server.base_url)
        for server in servers
        for model in server.models
    }
    locked = [server.base_url for server in servers if server.needs_key]
    if locked:
        st.info(
            f"{', '.join(locked)} wants a key before it lists its models: name address and model under "
            f"“{WHERE['address']}”, where the key can be given."
        )
    if offered:
        chosen = st.selectbox("Server and model", list(offered), key=f"llm_{role}_found", persist_state="session")
        found = offered.get(str(chosen))
        if found is not None:
            key_field(found, role)
        return found
    if empty := [server for server in servers if not server.needs_key]:
        places = ", ".join(f"{server.kind} at {server.base_url}" for server in empty)
        st.info(f"{markdown_safe(places)} lists no model. Load one there, or name it under “{WHERE['address']}”.")
    elif not locked:
        asked = ", ".join(f"{port} ({kind})" for port, kind in PORTS.items())
        st.info(f"No server answers on this computer. Asked were the ports {asked}. Start one, or give an address.")
    st.button("Look again", icon=":material/refresh:", key=f"llm_{role}_look", on_click=_servers.clear)
    return None


def _at_address(role: Role) -> Chosen | None:
    usual = Keys.from_environment().address(Chosen("any"))
    left, right = st.columns([3, 2])
    url = left.text_input(
        "Address",
        placeholder=shown(usual) or "https://host/v1",
        key=f"llm_{role}_address",
        persist_state="session",
        help="Base URL of an OpenAI-compatible endpoint, most often ending in /v1. Empty: the one shown in grey.",
    )
    model = right.text_input(
        "Model",
        placeholder="as the endpoint names it",
        key=f"llm_{role}_model",
        persist_state="session",
    )
    chosen = Chosen(str(model or "").strip(), str(url or "").strip())
    if not _is_plain(chosen.base_url):
        return None
    key_field(chosen, role)
    if not chosen.model:
        st.info("Name the model, as its endpoint names it.", icon=":material/edit:")
        return None
    return chosen


def _in_process(role: Role) -> Chosen | None:
    name = st.text_input(
        "Model",
        placeholder="a folder, or a name on the Hugging Face hub",
        key=f"llm_{role}_folder",
        persist_state="session",
        help="Any causal language model that transformers loads. It stays on this computer, needs no key and costs "
        "nothing but time; without an accelerator a small one is slow enough.",
    )
    if not str(name or "").strip():
        st.info("Name a folder with a causal language model, or a model on the hub.", icon=":material/edit:")
        return None
    st.caption(
        "Loaded when it is checked or estimated, and again by the run. The model whose neurons are explained cannot "
        "explain itself and is refused."
    )
    return Chosen(f"local:{str(name).strip()}")


def _is_plain(url: str) -> bool:
    """Whether an address may stand in a plan; says what is wrong with it where it may not."""
    if not url:
        return True
    try:
        address = Address.parse(url)
    except BadInput as error:
        say(error)
        return False
    if address.user or address.password or address.secrets():
        st.error(
            "There is a user, a password or a key in this address, and it would be written to the disk with the plan. "
            "Give the address alone, and the key in its own field."
        )
        return False
    return True


# --- what it can do ------------------------------------------------------------------------------------------------


def abilities(dataset: Dataset, chosen: Chosen, role: Role) -> Capabilities | None:
    """What a model was found able to do, and the button that asks it; None while it has not been asked."""
    known = _known(chosen)
    label = "Check what it can do" if known is None else "Check again"
    if st.button(label, icon=":material/fact_check:", key=f"llm_{role}_check"):
        _check(dataset, chosen)
        st.rerun()  # what was found stands above and below this button
    trouble = st.session_state.get(_TROUBLE, {}).get(chosen)
    if trouble:
        say(trouble)
    if known is None:
        st.caption("About eight short calls, fewer than a thousand tokens, once: then it is remembered.")
        return None
    st.html(html_table(("Ability", "Found", "What for, or why not"), ability_rows(known)))
    asked = f"Found out {known.probed_at[:16].replace('T', ' ')} UTC" if known.probed_at else "Found out before"
    st.caption(f"{asked}, by asking {markdown_safe(place_words(chosen))}.")
    return known


def place_words(chosen: Chosen) -> str:
    """A model and where it is."""
    if chosen.local is not None:
        return f"{chosen.local}, in this process"
    return f"{chosen.model} at {place_of(chosen)}"


def _known(chosen: Chosen) -> Capabilities | None:
    """What is remembered. A model in this process is known by its weights, so it has to be loaded once a visit."""
    if chosen.local is None:
        identity = f"{place_of(chosen)} {chosen.model}"
    else:
        identity = st.session_state.get(_CHECKED, {}).get(chosen.model, "")
    return capability_store(cached.settings().home).get(identity) if identity else None


def _check(dataset: Dataset, chosen: Chosen) -> None:
    """Ask the model, and remember what it can do, or why that was not to be found out."""
    troubles = dict(st.session_state.get(_TROUBLE, {}))
    troubles.pop(chosen, None)
    try:
        with st.spinner(f"Asking {markdown_safe(place_words(chosen))} …"):
            note_probe(cached.settings(), chosen)
            found = run_while_wanted(_probe(dataset, chosen, keys_for(chosen), cached.settings().home))
        st.session_state[_CHECKED] = {**st.session_state.get(_CHECKED, {}), chosen.model: found.identity}
        if found.unsettled:
            reasons = " ".join(dict.fromkeys(found.why_not[ability] for ability in found.unsettled))
            troubles[chosen] = (
                f"What it can do was found out only in part and is not remembered. {reasons} Check again."
            )
    except NeuronViewError as error:
        troubles[chosen] = str(error)
    st.session_state[_TROUBLE] = troubles


async def _probe(dataset: Dataset, chosen: Chosen, keys: Keys, home: Path) -> Capabilities:
    """Knows nothing of the page: where it looked at that, Streamlit might end the run, and nobody would hear of it."""
    subjects = tuple(filter(None, [dataset.manifest.model.fingerprint]))
    endpoint = connect(chosen, keys=keys, key=keys.explainer, subjects=subjects)
    try:
        return await probe_cached(endpoint, home, again=True)
    finally:
        await endpoint.close()


def ability_rows(found: Capabilities) -> list[list[str]]:
    """Each ability as cells of HTML: its name, yes or no, and what it is good for or why it is missing."""
    decisions = {"openai": "OpenAI's form", "systemone": "System One's form", "local": "in this process"}
    prompts = {
        "echo": "by an echo of the prompt",
        "prompt_logprobs": "by vLLM's prompt_logprobs",
        "local": "in process",
    }
    rows = [
        ("Chat", "chat", found.chat, "explains, and answers in words"),
        (
            "Typed decisions",
            "decisions",
            bool(found.decisions),
            f"{decisions.get(found.decisions or '', '')}, up to {found.most_questions} questions a call",
        ),
        (
            "Log-probabilities of a prompt",
            "prompt_logprobs",
            bool(found.prompt_logprobs),
            f"{prompts.get(found.prompt_logprobs or '', '')}: all tokens at once, the published method",
        ),
        (
            "Log-probabilities of generated tokens",
            "generated_logprobs",
            bool(found.generated_logprobs),
            f"{found.generated_logprobs} alternatives a token",
        ),
        ("Answers held to a JSON schema", "json_schema", found.json_schema, "its answers can be read by machine"),
    ]
    return [
        [html_safe(name), _mark(able), html_safe(good if able else found.why_not.get(field, "not found"))]
        for name, field, able, good in rows
    ]


def _mark(able: bool) -> str:
    return f'<span data-nv-able="{"yes" if able else "no"}">{"✓&nbsp;yes" if able else "–&nbsp;no"}</span>'


def simulator_that_follows(found: Capabilities) -> tuple[str, str]:
    """Name of the simulator that suits a model, and why; an empty name where none does."""
    try:
        choice = choose_simulator(found)
    except NeuronViewError as error:
        return "", str(error)
    return choice.name, choice.why
