"""`endpoints`: language model servers on this machine, and what one endpoint can do, asked or remembered."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

import typer

from neuronview.cli.output import JsonOption, print_json, print_lines
from neuronview.config import Settings
from neuronview.errors import BadInput, NotSupported

__all__ = ["register", "servers"]

ABILITIES = {
    "chat": "answers chats",
    "decisions": "typed decisions",
    "prompt_logprobs": "log-probabilities of a prompt",
    "generated_logprobs": "log-probabilities of generated tokens",
    "json_schema": "keeps to a JSON schema",
}
KINDS = ("chat", "echo", "decision")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("endpoints")(endpoints)


def endpoints(
    model: Annotated[
        str, typer.Option(help="Ask this model, as its endpoint names it or local:FOLDER, what it can do.")
    ] = "",
    base_url: Annotated[str, typer.Option(help="Its address; OPENAI_BASE_URL, else OpenAI's own.")] = "",
    again: Annotated[bool, typer.Option("--again", help="Ask anew what is remembered.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List language model servers on this machine, or say what one model can do and what it costs."""
    if model:
        found = _ability(model, base_url, again=again)
        if as_json:
            print_json(found)
        else:
            print_lines(*_ability_lines(found))
        return
    if base_url:
        raise BadInput("Name the model at that address with --model.")
    listed = servers()
    if as_json:
        print_json({"servers": listed})
    elif not listed:
        print_lines("No language model server answers on this machine (ports 11434, 8080, 8000, 1234).")
        print_lines("Ask one that listens elsewhere with --model NAME --base-url http://HOST:PORT/v1.")
    else:
        for server in listed:
            wants = "  wants a key (OPENAI_API_KEY) before it lists its models" if server["needs_key"] else ""
            lines = [f"{server['base_url']}  {server['kind']}{wants}", *(f"  {name}" for name in server["models"])]
            print_lines(*lines)


def servers() -> list[dict[str, Any]]:
    """Servers on this machine: base_url, kind, models, needs_key."""
    from neuronview.llm.discover import discover

    found = asyncio.run(discover())
    return [asdict(one) | {"models": list(one.models)} for one in found]


def _ability(model: str, base_url: str, *, again: bool) -> dict[str, Any]:
    from neuronview.jobs.choices import Chosen
    from neuronview.jobs.endpoints import Keys, connect, probe_cached
    from neuronview.llm.prices import list_prices
    from neuronview.llm.probe import choose_simulator

    keys = Keys.from_environment()
    home = Settings.from_env().home

    async def work() -> dict[str, Any]:
        endpoint = connect(Chosen(model, base_url), keys=keys, key=keys.explainer)
        try:
            found = await probe_cached(endpoint, home, again=again)
        finally:
            await endpoint.close()
        prices = {kind: list_prices().price(found.model, kind, identity=found.identity) for kind in KINDS}
        try:
            choice = choose_simulator(found)
            simulator: dict[str, Any] = {"name": choice.name, "why": choice.why}
        except NotSupported as error:
            simulator = {"name": None, "why": str(error)}
        return {
            "identity": found.identity,
            "model": found.model,
            "abilities": {name: getattr(found, name) for name in ABILITIES},
            "why_not": dict(found.why_not),
            "unsettled": list(found.unsettled),
            "context_tokens": found.context_tokens,
            "tokens_per_byte": found.tokens_per_byte,
            "simulator": simulator,
            "prices": {kind: None if price is None else price.described() for kind, price in prices.items()},
            "probed_at": found.probed_at,
        }

    return asyncio.run(work())


def _ability_lines(found: dict[str, Any]) -> list[str]:
    lines = [f"{found['identity']}, asked {found['probed_at']}"]
    for name, words in ABILITIES.items():
        able = found["abilities"][name]
        no = "not known" if name in found["unsettled"] else "no"
        said = f"yes{'' if able is True else f' ({able})'}" if able else f"{no}: {found['why_not'].get(name, '')}"
        lines.append(f"  {words}: {said}")
    if found["context_tokens"]:
        lines.append(f"  reads at once: {found['context_tokens']:,} tokens, answer included")
    simulator = found["simulator"]
    lines.append(f"Simulator: {simulator['name'] or 'none'}. {simulator['why']}")
    for price in dict.fromkeys(found["prices"].values()):
        lines.append(
            f"Price: {price or 'not known. A run is told it with --price IN,OUT, in dollars per million tokens'}"
        )
    return lines
