"""The demo model's training: a fixed number of steps that can stop anywhere and go on to the same result.

Promises that settings, tokens and machine decide the outcome: an interrupted run that is called again ends with
the same weights, bit for bit on a CPU with the same number of threads. Hidden matrices are trained by Muon,
embeddings, norms and biases by AdamW; the rate rises, stays, and falls in a line to zero.
Knows nothing of texts: it reads token ids.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from tqdm import tqdm

from neuronview.demo.network import Shape, hidden_states, language_loss, new_model
from neuronview.demo.tokens_file import Batches, TokenIds
from neuronview.errors import BadInput, Cancelled

log = logging.getLogger(__name__)

LINE_SECONDS = 30.0
LOSSES_IN_MEAN = 50


@dataclass(frozen=True)
class TrainSettings:
    """Everything that decides the result of a training, besides its tokens."""

    shape: Shape = field(default_factory=Shape)
    steps: int = 6000
    rows: int = 16
    """Crops a batch; each is one context long."""
    muon_rate: float = 0.02
    """Peak rate of the hidden matrices, as in Muon's own scale (each update has spectral norm about 1)."""
    adam_rate: float = 0.005
    """Peak rate of embeddings, norms and biases."""
    weight_decay: float = 0.01
    warmup: int = 100
    """Steps over which the rate rises from zero."""
    cooldown: float = 0.4
    """Share of the steps, at the end, over which the rate falls to zero; before that, `steps` may still change."""
    dropout: float = 0.0
    noise: float = 0.1
    """Share of the inputs replaced by other tokens; see Batches."""
    echo: float = 0.1
    """Share of the rows in which a span is said twice; see Batches."""
    clip: float = 1.0
    """Largest norm of all gradients together."""
    seed: int = 1
    dtype: str = "auto"
    """float32, bfloat16, or auto: bfloat16 where the processor multiplies it natively."""
    device: str = "auto"
    """cpu, cuda, or auto: cuda where there is one."""

    def __post_init__(self) -> None:
        if self.steps < 1 or self.rows < 1:
            raise BadInput(f"steps={self.steps}, rows={self.rows}: give at least 1 of each.")
        if not 0 < self.cooldown <= 1 or not 0 <= self.dropout < 1:
            raise BadInput(f"cooldown={self.cooldown} must lie in (0, 1], dropout={self.dropout} in [0, 1).")

    @property
    def tokens(self) -> int:
        """Tokens seen in the whole training."""
        return self.steps * self.rows * self.shape.context

    @property
    def cooldown_start(self) -> int:
        """The first step at which the rate falls."""
        return self.steps - round(self.steps * self.cooldown)

    def rate_factor(self, step: int) -> float:
        """Return the share of the peak rate at `step` (from 0)."""
        falling = (self.steps - step) / max(1, self.steps - self.cooldown_start)
        return min(1.0, (step + 1) / max(1, self.warmup), falling)


@dataclass(frozen=True)
class Trained:
    """What a finished training leaves."""

    model: Any
    losses: list[float]
    """Training loss of every step, nats a token."""
    seconds: float
    """Time spent stepping, over all calls."""


def choose_device(name: str) -> torch.device:
    """Return the device that `name` stands for; raises BadInput when it is not there."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name == "cuda" and not torch.cuda.is_available():
        raise BadInput("device=cuda, but PyTorch sees no such device; give cpu or auto.")
    return torch.device(name)


def choose_dtype(name: str, device: torch.device) -> torch.dtype:
    """Return the type to multiply in; raises BadInput for an unknown name."""
    known = {"float32": torch.float32, "bfloat16": torch.bfloat16}
    if name == "auto":
        return torch.bfloat16 if device.type == "cuda" or _cpu_has_bfloat16() else torch.float32
    if name not in known:
        raise BadInput(f"dtype={name!r} is not known; give auto, float32 or bfloat16.")
    return known[name]


def _cpu_has_bfloat16() -> bool:
    # PyTorch has no public question for this; without native instructions bfloat16 is slower than float32.
    asks = (getattr(torch.cpu, f"_is_{name}_supported", None) for name in ("avx512_bf16", "amx_tile"))
    return any(bool(ask()) for ask in asks if ask is not None)


class Training:
    """One training in progress: model, optimisers, and how far it is."""

    def __init__(self, settings: TrainSettings) -> None:
        self.settings = settings
        self.device = choose_device(settings.device)
        self.dtype = choose_dtype(settings.dtype, self.device)
        self.model = new_model(settings.shape, seed=settings.seed).to(self.device).train()
        self.optimisers = _optimisers(self.model, settings)
        self.losses: list[float] = []
        self.seconds = 0.0
        torch.manual_seed(settings.seed)

    @property
    def step(self) -> int:
        """Steps done so far."""
        return len(self.losses)

    def advance(self, batches: Batches) -> None:
        """Take one step."""
        started = time.perf_counter()
        inputs, targets = (torch.from_numpy(part).to(self.device) for part in batches(self.step))
        states = hidden_states(self.model, inputs, dtype=self.dtype, dropout=self.settings.dropout)
        embedding = self.model.transformer.wte.weight
        loss = language_loss(states.flatten(0, 1), embedding, targets.flatten(), dtype=self.dtype)
        loss.backward()  # type: ignore[no-untyped-call]
        self._update()
        self.losses.append(loss.item())
        self.seconds += time.perf_counter() - started

    def _update(self) -> None:
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.settings.clip)
        factor = self.settings.rate_factor(self.step)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = group["peak"] * factor
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)

    def save(self, path: Path) -> None:
        """Write all that is needed to go on, under a temporary name until whole."""
        state = {
            "settings": asdict(self.settings),
            "model": self.model.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "losses": self.losses,
            "seconds": self.seconds,
            "rng": torch.get_rng_state(),
            "cuda_rng": torch.cuda.get_rng_state() if self.device.type == "cuda" else None,
        }
        unfinished = path.with_name(path.name + ".tmp")
        torch.save(state, unfinished)
        os.replace(unfinished, path)

    def restore(self, path: Path) -> None:
        """Go back to what `save` wrote; raises BadInput when it belongs to another training."""
        state = torch.load(path, map_location="cpu", weights_only=True)
        self._require_same(state["settings"], steps_done=len(state["losses"]), path=path)
        self.model.load_state_dict(state["model"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
        self.losses, self.seconds = state["losses"], state["seconds"]
        torch.set_rng_state(state["rng"])
        if state["cuda_rng"] is not None and self.device.type == "cuda":
            torch.cuda.set_rng_state(state["cuda_rng"])

    def _require_same(self, saved: dict[str, Any], *, steps_done: int, path: Path) -> None:
        mine = asdict(self.settings)
        different = sorted(name for name in mine if mine[name] != saved.get(name))
        if different == ["steps"] and steps_done <= min(_cooldown_start(saved), self.settings.cooldown_start):
            return
        if different:
            raise BadInput(
                f"{path} was written with other settings ({', '.join(different)}); "
                "use those again, or another work folder, or delete the file."
            )


def _cooldown_start(saved: dict[str, Any]) -> int:
    steps, cooldown = int(saved["steps"]), float(saved["cooldown"])
    return steps - round(steps * cooldown)


def _optimisers(model: Any, settings: TrainSettings) -> list[torch.optim.Optimizer]:
    named = list(model.named_parameters())
    hidden = [value for name, value in named if ".h." in name and value.ndim == 2]
    tables = [value for name, value in named if ".h." not in name and value.ndim == 2]
    small = [value for _, value in named if value.ndim < 2]
    muon = {"params": hidden, "peak": settings.muon_rate}
    adam = [
        {"params": tables, "peak": settings.adam_rate, "weight_decay": settings.weight_decay},
        {"params": small, "peak": settings.adam_rate, "weight_decay": 0.0},
    ]
    return [
        torch.optim.Muon([muon], lr=settings.muon_rate, weight_decay=settings.weight_decay),
        torch.optim.AdamW(adam, lr=settings.adam_rate, betas=(0.9, 0.98), eps=1e-10, fused=True),
    ]


def _batches(tokens: TokenIds, settings: TrainSettings) -> Batches:
    return Batches(
        tokens,
        context=settings.shape.context,
        rows=settings.rows,
        seed=settings.seed,
        noise=settings.noise,
        echo=settings.echo,
    )


def train(
    tokens: TokenIds,
    *,
    settings: TrainSettings,
    checkpoint: str | Path,
    save_every: float = 120.0,
    stop: Callable[[int], bool] | None = None,
    watch: Callable[[Any, int], None] | None = None,
) -> Trained:
    """Train a model on `tokens`, or go on from `checkpoint` where it is there.

    A checkpoint is written every `save_every` seconds, at the end, and on Ctrl-C; then Cancelled is raised, as it
    is when `stop(steps done)` says so. `watch(model, steps done)` is called after every checkpoint on the way, and
    must leave the model as it is. Raises BadInput when the checkpoint belongs to other settings or the
    tokens are fewer than a batch.
    """
    path = Path(checkpoint)
    batches = _batches(tokens, settings)
    training = Training(settings)
    if path.is_file():
        training.restore(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _interrupts() as interrupted, _Progress(training) as progress:
        saved_at = time.monotonic()
        while training.step < settings.steps:
            training.advance(batches)
            progress.update()
            if interrupted.is_set() or (stop is not None and stop(training.step)):
                training.save(path)
                raise Cancelled(f"Stopped after step {training.step}; the same command goes on from there.")
            if time.monotonic() - saved_at > save_every:
                training.save(path)
                if watch is not None:
                    watch(training.model, training.step)
                saved_at = time.monotonic()
            if training.step == settings.steps:
                training.save(path)
    return Trained(model=training.model.eval(), losses=training.losses, seconds=training.seconds)


@contextmanager
def _interrupts() -> Iterator[threading.Event]:
    """Turn the first Ctrl-C into an event, so that no step is cut in two; the second one acts as usual."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return

    def ask(number: int, frame: FrameType | None) -> None:
        asked.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


class _Progress:
    """A bar on a terminal, else a log line every LINE_SECONDS: loss, tokens a second, time left."""

    def __init__(self, training: Training) -> None:
        self._training = training
        self._bar = tqdm(total=training.settings.tokens, unit="tok", unit_scale=True, disable=not sys.stderr.isatty())
        self._first_step, self._first_seconds = training.step, training.seconds
        self._spoken_at = time.monotonic()

    def __enter__(self) -> _Progress:
        self._bar.update(self._training.step * self._tokens_a_step)
        return self

    def __exit__(self, *exception: object) -> None:
        self._bar.close()

    @property
    def _tokens_a_step(self) -> int:
        return self._training.settings.rows * self._training.settings.shape.context

    def update(self) -> None:
        recent = self._training.losses[-LOSSES_IN_MEAN:]
        loss = sum(recent) / len(recent)
        self._bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
        self._bar.update(self._tokens_a_step)
        if self._bar.disable and time.monotonic() - self._spoken_at > LINE_SECONDS:
            self._spoken_at = time.monotonic()
            self._say(loss)

    def _say(self, loss: float) -> None:
        training = self._training
        seconds_a_step = (training.seconds - self._first_seconds) / (training.step - self._first_step)
        log.info(
            "step %d of %d, loss %.3f, %.0f tokens/s, %.0f min left",
            training.step,
            training.settings.steps,
            loss,
            self._tokens_a_step / seconds_a_step,
            (training.settings.steps - training.step) * seconds_a_step / 60,
        )


def estimate_minutes(tokens: TokenIds, *, settings: TrainSettings, steps: int = 5) -> float:
    """Return about how many minutes the whole training would take here, from `steps` steps after two to warm up."""
    batches = _batches(tokens, settings)
    training = Training(settings)
    for _ in range(2):
        training.advance(batches)
    before = training.seconds
    for _ in range(steps):
        training.advance(batches)
    seconds_a_step = (training.seconds - before) / steps
    return float(seconds_a_step * settings.steps / 60)
