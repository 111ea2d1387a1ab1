"""`transformers serve` on loopback with a small random GPT-2: real HTTP, a real tokenizer, real distributions.

What the model says means nothing; that it is the same over HTTP as in process does. The model is made here from a
seed, so nothing is downloaded.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)
CONTEXT = 4096
END = "<|endoftext|>"
_PATIENCE = 240.0
"""Seconds until the server has to be healthy; it takes about six of computing time."""


@dataclass(frozen=True)
class RealServer:
    """A running server and the folder of the model that it was given."""

    base_url: str
    model: str


def build_tokenizer() -> Any:
    """Byte-level, in which 0 to 10, `unknown`, `Yes`, `No` and A to Z are single tokens.

    A blank before one of them is a token of its own.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    merges = [(word[:end], word[end]) for word in ("10", "unknown", "Yes", "No") for end in range(1, len(word))]
    names = [END, *alphabet, *("".join(pair) for pair in merges)]
    vocabulary = {name: number for number, name in enumerate(names)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token=END, bos_token=END, pad_token=END, model_max_length=CONTEXT
    )
    fast.chat_template = CHAT_TEMPLATE
    return fast


def build_model(folder: Path, *, seed: int = 7) -> Path:
    """Write model and tokenizer in Hugging Face layout. Weights are drawn wide, so that distributions are not flat."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    tokenizer = build_tokenizer()
    config = GPT2Config(
        vocab_size=len(tokenizer),
        n_positions=CONTEXT,
        n_embd=32,
        n_layer=2,
        n_head=2,
        initializer_range=0.4,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = GPT2LMHeadModel(config).eval()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@contextmanager
def real_server(folder: Path) -> Iterator[RealServer]:
    """Serve a model until the block ends, however it ends. It is made in the folder, by the server's process."""
    port = free_port()
    folder.parent.mkdir(parents=True, exist_ok=True)
    cache = folder.parent / "hub"
    (cache / "hub").mkdir(parents=True, exist_ok=True)
    offline = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(cache), "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    start = "import sys; from tests.support.real_server import serve; serve(sys.argv[1], int(sys.argv[2]))"
    command = [sys.executable, "-c", start, str(folder), str(port)]
    log = folder.parent / "serve.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | offline, stdout=stream, stderr=subprocess.STDOUT)
    try:
        _wait_until_healthy(f"http://127.0.0.1:{port}/health", process, log)
        yield RealServer(f"http://127.0.0.1:{port}/v1", str(folder))
    finally:
        process.kill()
        process.wait()


def serve(folder: str, port: int) -> None:
    """What the server's process does: make the model unless it is there, and serve it until its parent is gone."""
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    if not (Path(folder) / "config.json").exists():
        build_model(Path(folder))
    from transformers.cli.serve import Serve

    Serve(folder, host="127.0.0.1", port=port, device="cpu")


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server answers; fail with its log when it ends or takes too long."""
    until = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not start:\n{log.read_text(errors='replace')[-4000:]}")
