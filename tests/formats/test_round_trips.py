"""import(export(x)) against x, aspect by aspect; `python -m tests.formats.test_round_trips` writes the table again."""

import functools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from neuronview.formats.exporting import export
from neuronview.formats.holding import ASPECTS, KEPT, cannot_hold
from neuronview.formats.neuronpedia.importing import import_neuronpedia
from neuronview.formats.openai.importing import import_openai
from neuronview.formats.parquet import import_parquet
from neuronview.formats.slices import Choice
from neuronview.records import ActivationRecord, Explanation, NeuronId, Provenance, Score
from neuronview.store import Dataset, open_dataset
from neuronview.store.convert import explanation_table, score_table
from neuronview.store.schema import RELATED, SIMULATIONS
from neuronview.store.simulations import PublishedSequence, StoredSimulation, simulation_table
from neuronview.store.write import commit_parts, write_part
from tests.formats import published_files as files
from tests.support import small_dataset

TABLE = Path(__file__).parents[2] / "docs" / "round-trips.md"
FORMS = ("openai", "neuronpedia", "parquet")
TITLES = {
    "openai": "published layout",
    "neuronpedia": "Neuronpedia 1",
    "parquet": "Parquet",
    "csv": "CSV (export only)",
}


# --- what is compared -----------------------------------------------------------------------------------------------


def records(dataset: Dataset, neuron: NeuronId) -> Iterator[ActivationRecord]:
    """Records of every group but `first`."""
    for name, found in dataset.neuron(neuron).groups.items():
        if name != "first":
            yield from found


def headline(explanation: Explanation) -> Score | None:
    splits = ("held_out", "valid", "test", "published")
    return next((score for split in splits if (score := explanation.score(split=split))), None)


def of_explanations(get: Callable[[Explanation], Any]) -> Callable[[Dataset, NeuronId], Any]:
    """By text: the order of explanations is that of their scores' bounds, which some formats lose."""
    return lambda dataset, neuron: sorted((entry.text, repr(get(entry))) for entry in dataset.explanations(neuron))


def of_statistics(*names: str) -> Callable[[Dataset, NeuronId], Any]:
    return lambda dataset, neuron: [plain(getattr(dataset.neuron(neuron).statistics, name)) for name in names]


def of_records(get: Callable[[ActivationRecord], Any]) -> Callable[[Dataset, NeuronId], Any]:
    return lambda dataset, neuron: [plain(get(record)) for record in records(dataset, neuron)]


def plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


def trust(score: Score | None) -> Any:
    if score is None:
        return None
    return repr((score.interval, score.baselines, score.state, score.n_sequences, score.n_tokens, score.note))


def others(explanation: Explanation) -> list[Any]:
    shown = headline(explanation)
    return sorted(
        (s.scorer, s.simulator, s.split, s.subset, repr(s.value)) for s in explanation.scores if s is not shown
    )


def documents_of(dataset: Dataset, neuron: NeuronId) -> list[Any]:
    rows = dataset.excerpts([record.excerpt_id for record in records(dataset, neuron) if record.excerpt_id is not None])
    return [[row.get(name) for name in ("document_id", "source", "template", "held_out")] for row in rows]


def simulated(dataset: Dataset, neuron: NeuronId) -> list[Any]:
    texts = {entry.id: entry.text for entry in dataset.explanations(neuron)}
    return sorted(
        (texts[s.explanation_id], s.expected.tolist(), s.values, s.probabilities, s.scale, true_of(s))
        for s in dataset.simulations(neuron)
    )


def true_of(stored: StoredSimulation) -> Any:
    found = stored.published
    return found and (found.true.tolist(), found.ev_correlation, plain(found.uncalibrated), found.uncalibrated_values)


ASPECT_OF: dict[str, Callable[[Dataset, NeuronId], Any]] = {
    "activations": of_records(lambda record: (record.tokens, record.activations.tolist())),
    "groups": of_records(lambda record: (record.group, record.rank)),
    "first": lambda dataset, neuron: [(r.tokens, r.activations.tolist()) for r in dataset.neuron(neuron).first],
    "token ids": of_records(lambda record: record.token_ids),
    "documents": lambda dataset, neuron: documents_of(dataset, neuron),
    "moments": of_statistics("mean", "variance", "skewness", "kurtosis"),
    "boundaries": of_statistics("quantile_boundaries"),
    "maximum": of_statistics("maximum"),
    "range": of_statistics("minimum", "share_positive", "histogram"),
    "counts": of_statistics("count", "n_excerpts"),
    "tails": of_statistics("tail_values", "tail_max_values"),
    "top tokens": of_statistics("top_tokens", "features"),
    "text": of_explanations(lambda entry: entry.text),
    "explainer": of_explanations(lambda entry: entry.explainer),
    "unscored": of_explanations(lambda entry: len(entry.scores) == 0),
    "rule": of_explanations(lambda entry: (entry.rule, entry.parent)),
    "explanation provenance": of_explanations(lambda entry: entry.provenance),
    "score": of_explanations(lambda entry: repr(score.value) if (score := headline(entry)) else "nan"),
    "other scores": of_explanations(others),
    "interval": of_explanations(lambda entry: trust(headline(entry))),
    "simulations": simulated,
    "related": lambda dataset, neuron: dataset.related(neuron),
    "provenance": lambda dataset, _: [dataset.manifest.raw.get(name) for name in ("corpus", "seed")],
    "model": lambda dataset, _: (dataset.folder / dataset.manifest.model.path).is_dir(),
}


def kept(dataset: Dataset, again: Dataset, neurons: list[NeuronId]) -> set[str]:
    """Aspects that are equal for each of these neurons."""
    one, other = remembering(dataset), remembering(again)
    return {
        name
        for name, of in ASPECT_OF.items()
        if all(repr(of(one, neuron)) == repr(of(other, neuron)) for neuron in neurons)
    }


def remembering(dataset: Dataset) -> Any:
    """The same, asked only once for each neuron."""
    asked = {name: functools.cache(getattr(dataset, name)) for name in ("neuron", "explanations", "simulations")}
    same = {name: getattr(dataset, name) for name in ("excerpts", "related", "manifest", "folder")}
    return SimpleNamespace(**asked, **same)


def round_trip(dataset: Dataset, form: str, folder: Path, choice: Choice, *, exact: bool = False) -> Dataset:
    export(dataset, form, folder / "files", choice)
    if form == "openai":
        import_openai(str(folder / "files"), folder / "again", exact=exact)
    elif form == "neuronpedia":
        import_neuronpedia(folder / "files", folder / "again", exact=exact)
    else:
        import_parquet(folder / "files", folder / "again")
    return Dataset(folder / "again")


# --- a dataset that has everything ----------------------------------------------------------------------------------


def full_dataset(folder: Path) -> Dataset:
    """The small dataset, and what it lacks of ASPECTS."""
    plain_row = small_dataset.neuron_row
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(small_dataset.SIZES, "first", 2)
        beyond = {"skewness": 0.25, "kurtosis": -1.5, "maximum": 9.5, "minimum": -9.25}
        patch.setattr(small_dataset, "neuron_row", lambda *neuron: plain_row(*neuron) | beyond)
        halves = pa.array([number % 2 == 0 for number in range(small_dataset.EXCERPTS)])
        with_parts = small_dataset.excerpts().append_column("held_out", halves)
        patch.setattr(small_dataset, "excerpts", lambda: with_parts)
        small_dataset.build(folder)
    (folder / "tiny").mkdir()
    neuron = NeuronId(1, 2)
    where = Provenance(explainer="told", explainer_model="a-model", seed=3, created="2026-01-02T03:04:05+00:00")
    score = Score(0.75, interval=(0.5, 0.875), simulator="told", split="valid", n_sequences=2, note="few")
    told = Explanation(" told words. ", "told", neuron, id="told", scores=[score], provenance=where, parent="before")
    unscored = Explanation("never scored", "told", neuron, id="unscored")
    related = {"layer": 1, "neuron": 2, "kind": "neurons_by_weight", "content": '{"c_fc":null,"c_proj":null}'}
    tables: dict[str, pa.Table] = {
        "explanations": explanation_table([told, unscored]),
        "scores": score_table([told]),
        "simulations": simulation_table(list(simulations(neuron))).cast(SIMULATIONS),
        "related": pa.Table.from_pylist([related], schema=RELATED),
    }
    commit_parts(folder, [write_part(folder, kind, table) for kind, table in tables.items()], label="more")
    return Dataset(folder)


def simulations(neuron: NeuronId) -> Iterator[StoredSimulation]:
    for excerpt in (0, 3):
        expected = np.linspace(-1, 2, small_dataset.LENGTH)
        shares = ((0.25, 0.75),) * small_dataset.LENGTH
        values = ((0.0, 1.0),) * small_dataset.LENGTH
        published = PublishedSequence(
            place=excerpt, true=small_dataset.activations(*neuron, excerpt), ev_correlation=0.125, rsquared=-1.0,
            absolute_dev_explained=0.5, uncalibrated=np.linspace(0, 10, small_dataset.LENGTH),
            uncalibrated_values=values, uncalibrated_probabilities=shares,
        )  # fmt: skip
        yield StoredSimulation("told", neuron, "told", excerpt, expected, "calibrated", values, shares, "", published)


FULL_NEURONS = [NeuronId(0, 4), NeuronId(1, 2)]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return full_dataset(tmp_path_factory.mktemp("full") / "full")


@pytest.mark.parametrize("form", FORMS)
def test_a_format_keeps_what_it_is_said_to_keep_and_nothing_else(full: Dataset, tmp_path: Path, form: str) -> None:
    again = round_trip(full, form, tmp_path, Choice())
    assert kept(full, again, FULL_NEURONS) == KEPT[form]


def test_the_comparison_covers_every_aspect_that_is_named() -> None:
    assert list(ASPECT_OF) == list(ASPECTS)


@pytest.mark.parametrize("form", FORMS)
def test_the_embedded_dataset_comes_back(tmp_path: Path, form: str) -> None:
    demo = open_dataset("demo")
    neurons = [NeuronId(0, 0), NeuronId(2, 17), NeuronId(3, 1023)]
    again = round_trip(demo, form, tmp_path, Choice(neurons=tuple(neurons)))
    assert kept(demo, again, neurons) >= KEPT[form]
    assert again.manifest.model == demo.manifest.model


@pytest.mark.parametrize("form", FORMS)
def test_published_neurons_come_back(tmp_path: Path, form: str) -> None:
    neurons = [NeuronId(0, 0), NeuronId(11, 3071)]
    files.tree(tmp_path / "data", [tuple(neuron) for neuron in neurons], kinds=tuple(files.KINDS))  # type: ignore[misc]
    import_openai(str(tmp_path / "data"), tmp_path / "published", model="gpt2-small", exact=True)
    published = Dataset(tmp_path / "published")
    again = round_trip(published, form, tmp_path, Choice(), exact=True)
    assert kept(published, again, neurons) >= KEPT[form] | {"explainer"}
    assert again.manifest.model == published.manifest.model


def test_of_published_neurons_their_own_layout_loses_nothing_and_says_so(tmp_path: Path) -> None:
    files.tree(tmp_path / "data", [(0, 0)], kinds=tuple(files.KINDS))
    import_openai(str(tmp_path / "data"), tmp_path / "published", model="gpt2-small")
    assert export(Dataset(tmp_path / "published"), "openai", tmp_path / "out").cannot_hold == []


def test_an_export_says_in_words_what_the_format_has_no_place_for(full: Dataset, tmp_path: Path) -> None:
    report = export(full, "openai", tmp_path / "out")
    assert report.cannot_hold == cannot_hold("openai")
    assert "rules and parents of explanations" in report.cannot_hold
    assert report.left_out == ["20 records of the group `first` are left out: the layout has no place for them"]


# --- the table ------------------------------------------------------------------------------------------------------


def page() -> str:
    """docs/round-trips.md with the table as it should be; the words around it stay."""
    before, _, after = TABLE.read_text(encoding="utf-8").partition("| |")
    rest = after[after.index("\n\n") :]
    heading = f"| | {' | '.join(TITLES.values())} |"
    rows = [
        f"| {words} | {' | '.join('kept' if name in KEPT[form] else '–' for form in TITLES)} |"
        for name, words in ASPECTS.items()
    ]
    return before + "\n".join([heading, f"| --- |{' --- |' * len(TITLES)}", *rows]) + rest


def test_the_table_of_round_trips_is_what_is_kept() -> None:
    assert TABLE.read_text(encoding="utf-8") == page(), "run python -m tests.formats.test_round_trips"


if __name__ == "__main__":
    TABLE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{TABLE} written\n")
