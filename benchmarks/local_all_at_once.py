"""The all-at-once simulator's reading in this process, against one bare forward pass over the same prompt tokens.

The prompts are the real ones (instructions, example neurons, explanation, an excerpt of 64 tokens), ten excerpts of
one explanation as in a run. The bare pass is transformers' model called once on all prompts, padded, without a cache
and with nothing read from it. Tokens per second count the prompts' tokens in both, so that what is computed once for
ten excerpts counts ten times.
"""

from __future__ import annotations

import asyncio
from functools import cache

import torch
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

from benchmarks import workbench
from benchmarks.report import Row, medians, show
from neuronview.explain.prompts import example_neurons
from neuronview.explain.prompts.simulating import all_at_once_messages
from neuronview.explain.simulate import parse_echo_response
from neuronview.llm.calls import EchoRequest
from neuronview.llm.local import LocalEndpoint
from neuronview.model.causal import CausalRunner

EXCERPTS, TOKENS, CONTEXT = 10, 64, 4096
EXPLANATIONS = ("words about rivers and the sea", "numbers that stand for a year")
CHAT = (
    "{% for m in messages %}[{{ m['role'] }}]\n{{ m['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}[assistant]\n{% endif %}"
)


@cache
def tokenizer() -> PreTrainedTokenizerFast:
    """The benchmarks' tokenizer with a small chat template."""
    fast = PreTrainedTokenizerFast(tokenizer_object=workbench.tokenizer())
    fast.chat_template = CHAT
    return fast


@cache
def network() -> GPT2LMHeadModel:
    """A random language model: 4 layers, 256 wide, 4,096 tokens of vocabulary and of context."""
    torch.manual_seed(0)
    sizes = {"n_layer": 4, "n_embd": 256, "n_head": 4, "n_positions": CONTEXT, "vocab_size": 4096}
    model = GPT2LMHeadModel(GPT2Config(**sizes, bos_token_id=None, eos_token_id=None, initializer_range=0.15))
    return model.eval().requires_grad_(False)


def excerpts() -> list[list[str]]:
    """Excerpts as token strings."""
    ids = tokenizer().encode("\n".join(workbench.passages(workbench.TEXTS)))[: EXCERPTS * TOKENS]
    return [[tokenizer().decode([i]) for i in ids[at : at + TOKENS]] for at in range(0, len(ids), TOKENS)]


def requests(explanation: str) -> list[EchoRequest]:
    """What the all-at-once simulator asks about the excerpts."""
    shown = example_neurons()
    return [EchoRequest(all_at_once_messages(explanation, tokens, shown), 15) for tokens in excerpts()]


def measure() -> list[Row]:
    """As in a run, where one explanation follows another; and with nothing kept from call to call."""
    runner = CausalRunner(network(), tokenizer(), name="random")
    endpoint = LocalEndpoint(runner)
    asked = {explanation: requests(explanation) for explanation in EXPLANATIONS}
    prompts = [
        runner.turns.open([(message.role, message.content) for message in request.messages])[0]
        for request in asked[EXPLANATIONS[0]]
    ]
    count, width = sum(map(len, prompts)), max(map(len, prompts))
    padded = torch.tensor([prompt + [0] * (width - len(prompt)) for prompt in prompts])
    turn = iter(range(10**9))

    async def simulate(explanation: str, first: int) -> object:
        answers = await asyncio.gather(*(endpoint.echo(request) for request in asked[explanation][:first]))
        return [parse_echo_response(a.response, t) for a, t in zip(answers, excerpts()[:first], strict=True)]

    def run(first: int) -> object:
        """Explanations take turns, so that only what they share is kept from call to call."""
        return asyncio.run(simulate(EXPLANATIONS[next(turn) % 2], first))

    def fresh() -> object:
        endpoint.runner = CausalRunner(network(), tokenizer(), name="random")
        return run(EXCERPTS)

    @torch.inference_mode()
    def bare(rows: torch.Tensor) -> object:
        return network()(rows, use_cache=False).logits

    together, anew, plain = medians(lambda: run(EXCERPTS), fresh, lambda: bare(padded), repeats=3)
    endpoint.runner = runner
    one = padded[:1, : len(prompts[0])]
    single, plain_one = medians(lambda: run(1), lambda: bare(one), repeats=5)
    name = f"all-at-once: {EXCERPTS} excerpts of {TOKENS} tokens, prompts of {width:,}"
    return [
        Row.against(f"{name}, as in a run", count / together, count / plain, unit="tokens/s", at_least=1),
        Row.against(f"{name}, nothing kept before", count / anew, count / plain, unit="tokens/s", at_least=1),
        Row.against(
            "all-at-once: one excerpt, as in a run",
            one.shape[1] / single,
            one.shape[1] / plain_one,
            unit="tokens/s",
            at_least=1,
        ),
    ]


if __name__ == "__main__":
    show(measure())
