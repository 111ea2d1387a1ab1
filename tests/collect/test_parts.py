"""Single accumulators against numpy, and reading of corpus files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch

from neuronview.collect import Document, read_documents
from neuronview.collect.candidates import Candidates, pick
from neuronview.collect.files import SECTION
from neuronview.collect.kernels import Block
from neuronview.collect.moments import Moments
from neuronview.collect.records import draw_random
from neuronview.collect.tails import FineHistogram, LargestValues, display_histogram, exceeded_values
from neuronview.collect.tokens import TokenMeans
from neuronview.errors import BadInput
from neuronview.store.schema import TAIL_PROBABILITIES

torch.set_num_threads(1)


def gelu_like(n: int) -> torch.Tensor:
    """Columns of the kinds that neurons show: heavy and light tails, lumps, all zero, all negative."""
    torch.manual_seed(1)
    x = torch.randn(n, 6)
    x[:, 1] = torch.nn.functional.gelu(3 * x[:, 1] - 2)
    x[:, 2] = torch.exp(1.5 * x[:, 2]) - 0.1
    x[:, 3] = torch.relu(x[:, 3] - 1)
    x[:, 4] = -0.17 * torch.rand(n)
    x[:, 5] = torch.randint(-3, 4, (n,)).float()
    return x


def collected(x: torch.Tensor) -> tuple[FineHistogram, LargestValues]:
    histogram, largest = FineHistogram(x.shape[1]), LargestValues(x.shape[1])
    for block in x.view(-1, 50, 50, x.shape[1]):
        histogram.update(block.flatten(0, 1))
        largest.update(block.flatten(0, 1).numpy())
    return histogram, largest


def test_tails_are_within_a_tenth_of_their_probability_down_to_one_in_ten_thousand() -> None:
    x = gelu_like(500_000)
    histogram, largest = collected(x)
    values = exceeded_values(histogram.counts(), largest.values, TAIL_PROBABILITIES, minimum=x.amin(0).numpy())
    for column in range(6):
        data = x[:, column].numpy()
        for probability, value in zip(TAIL_PROBABILITIES, values[column], strict=True):
            if probability >= 1e-4:
                # A value that is itself a lump is exceeded less often and reached more often.
                width = abs(value) / 20 if column == 5 else 2e-5
                assert (data > value + width).mean() <= 1.1 * probability
                assert (data >= value - width).mean() >= 0.9 * probability


def test_the_largest_values_are_exact() -> None:
    x = gelu_like(25_000)
    _, largest = collected(x)
    np.testing.assert_array_equal(largest.values, -np.sort(-x.numpy().T, axis=1)[:, :64])


def test_counts_that_outgrow_sixteen_bits_are_exact() -> None:
    rng = np.random.default_rng(0)
    often = [rng.choice([-1, 1, 2, 4], n, p=[0.9, 0.06, 0.039, 0.001]) for n in (30_000, 65_535, 70_000, 1, 500)]
    blocks = [np.stack([np.ones(len(some)), some], axis=1).astype(np.float32) for some in often]
    whole, other = FineHistogram(2), FineHistogram(2)
    for histogram, some in ((whole, blocks), (other, blocks[:3])):
        for rows in some:
            histogram.update(torch.from_numpy(rows))
    other.merge(whole)
    for histogram, x in ((whole, np.concatenate(blocks)), (other, np.concatenate(blocks + blocks[:3]))):
        for counts, column in zip(histogram.counts(), x.T, strict=True):
            np.testing.assert_array_equal(counts[counts > 0], np.unique(column, return_counts=True)[1])


def test_no_more_values_are_counted_at_once_than_sixteen_bits_hold() -> None:
    with pytest.raises(ValueError, match="65535 can"):
        FineHistogram(1).make_room(65_536)


def test_fine_bins_equal_numpy_bins() -> None:
    x = gelu_like(5_000)
    edges = FineHistogram.edges()
    counts = collected(x)[0].counts()
    assert len(edges) == counts.shape[1] + 1
    zero = int(np.flatnonzero(edges == 0)[0])
    for column in range(6):
        data = x[:, column].numpy()
        assert counts[column, zero] == (data == 0).sum()
        for k in (0, zero - 100, zero - 1, zero + 1, zero + 150, len(edges) - 40):
            # Bins are closed at the side of zero.
            inside = (data > edges[k]) & (data <= edges[k + 1]) if edges[k] < 0 else (data >= edges[k])
            inside = inside & (data < edges[k + 1]) if edges[k] >= 0 else inside & (data < 0)
            assert counts[column, k] == (inside & (data != 0)).sum()


def test_a_constant_neuron_has_one_bar_and_no_shape() -> None:
    x = torch.full((2500, 2), 0.3)
    x[:, 1] = 0
    histogram, _ = collected(x)
    ends = x.amin(0).numpy()
    shown = display_histogram(histogram.counts(), ends, ends)
    assert shown.sum(1).tolist() == [2500, 2500]
    moments = Moments(2)
    moments.update(x)
    assert np.isnan(moments.summary().skewness).all()
    assert np.isnan(moments.summary().kurtosis).all()
    np.testing.assert_allclose(moments.summary().mean, [0.3, 0.0], atol=1e-7)


def test_moments_keep_their_digits_far_from_zero() -> None:
    torch.manual_seed(0)
    x = 1000 + torch.randn(20_000, 3)
    moments = Moments(3, n_parts=2)
    for number, block in enumerate(torch.split(x, 1000)):
        moments.update(block, part=number % 2)
    exact = x.double().numpy()
    np.testing.assert_allclose(moments.summary().variance, exact.var(0), rtol=1e-3)
    count, sums, squares = moments.sums()
    assert count == 20_000
    np.testing.assert_allclose(sums, exact.sum(0), rtol=1e-7)
    np.testing.assert_allclose(squares, (exact**2).sum(0), rtol=1e-7)


def test_candidates_do_not_depend_on_the_order_of_excerpts() -> None:
    rng = np.random.default_rng(0)
    maxima = rng.integers(0, 30, (400, 20)).astype(np.float32)  # many ties
    classes = rng.integers(0, 40, 400)
    kept = []
    for order in (np.arange(400), rng.permutation(400)):
        candidates = Candidates(20, keep=10)
        for some in np.array_split(order, 13):
            candidates.update(some, classes[some], maxima[some])
        kept.append(candidates.ordered())
    np.testing.assert_array_equal(kept[0][1], kept[1][1])
    for neuron in range(20):
        expected: list[int] = []
        for e in sorted(range(400), key=lambda e: (-maxima[e, neuron], e)):
            if sum(classes[o] == classes[e] for o in expected) < 2:
                expected.append(e)
        assert kept[0][1][neuron].tolist() == expected[:10]


def test_eight_ids_in_common_make_a_near_duplicate_and_seven_do_not() -> None:
    rng = np.random.default_rng(1)
    shared = rng.integers(0, 1000, 8).astype(np.int32)
    ids = [rng.integers(0, 1000, 40).astype(np.int32) for _ in range(5)]
    for e in (0, 1, 2):
        ids[e][3 * e : 3 * e + 8] = shared
    for e in (3, 4):
        ids[e][5:12] = shared[:7]
        ids[e][12] = 2000 + e
    candidates = Candidates(1, keep=5)
    candidates.update(np.arange(5), np.arange(5), np.arange(5, 0, -1, dtype=np.float32)[:, None])
    assert pick(candidates, lambda e: ids[e], np.arange(5), n=5)[0].tolist() == [0, 1, 3, 4]


def test_random_draws_are_uniform_and_leave_the_excluded_out() -> None:
    excluded = [np.array([3, 5])] * 3000
    drawn = draw_random(np.arange(10), excluded, n=4, seed=0)
    counts = np.bincount(np.concatenate(drawn), minlength=10)
    assert counts[[3, 5]].sum() == 0
    assert np.abs(np.delete(counts, [3, 5]) - 1500).max() < 150
    assert all(len(set(row.tolist())) == 4 for row in drawn)


def test_token_means_keep_the_most_frequent_tokens_that_fit() -> None:
    counts = np.array([5, 100, 0, 30, 50])
    means = TokenMeans(counts, 8, n_parts=2, min_count=20, memory_bytes=2 * 2 * 8 * 4)
    assert means.token_ids.tolist() == [1, 4]
    assert not means.is_complete
    assert TokenMeans(counts, 8, n_parts=2, min_count=20).is_complete
    further = TokenMeans(counts, 8, n_parts=2, min_count=5, memory_bytes=2 * 2 * 8 * 4, file_bytes=2 * 8 * 4)
    assert further.token_ids.tolist() == [1, 3, 4]
    assert not further.is_complete
    assert TokenMeans(counts, 8, n_parts=2, min_count=5, memory_bytes=0, file_bytes=4 * 2 * 8 * 4).is_complete


@pytest.mark.parametrize("n_parts", [1, 2])
@pytest.mark.parametrize("here", [0, 1, 30])
def test_token_means_are_the_same_bits_wherever_their_sums_lie(n_parts: int, here: int, tmp_path: Path) -> None:
    def run(memory: int, file: int) -> tuple[TokenMeans, list[np.ndarray]]:
        rng = np.random.default_rng(3)
        counts = rng.integers(1, 40, size=50)
        each = n_parts * 2 * 8 * 4
        means = TokenMeans(
            counts,
            16,
            n_parts=n_parts,
            n_layers=2,
            min_count=1,
            memory_bytes=memory * each,
            file_bytes=file * each,
            work=tmp_path,
        )
        for number in range(20):
            ids = rng.integers(0, 50, size=(3, 5))
            means.count(ids, part=number % n_parts)
            for layer in range(2):
                block = Block.of(torch.from_numpy(rng.normal(size=(3, 5, 8)).astype(np.float32)))
                means.update(means.rows(ids), block, layer=layer, part=number % n_parts)
        saved = [means.save_means(tmp_path / f"{memory}-{part}.npy", part) for part in (None, 0)]
        return means, saved

    (plain, expected), (mixed, found) = run(50, 0), run(here, 50)
    assert plain.token_ids.tolist() == mixed.token_ids.tolist() == list(range(50))
    for mine, theirs in zip(found, expected, strict=True):
        np.testing.assert_array_equal(mine, theirs)
        assert np.isfinite(mine).any()
    rows = np.array([0, 7, 33, 49])
    np.testing.assert_array_equal(mixed.means_of(tmp_path / f"{here}-None.npy", 1, rows), expected[0][rows, 8:])


def test_documents_of_all_kinds_of_files_in_a_fixed_order(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("plain\ntext", encoding="utf-8")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.jsonl").write_text('{"text": "one", "id": 7}\n\n{"text": "two", "template": "t"}\n')
    pq.write_table(pa.table({"text": ["three"], "source": ["s"], "other": [1]}), tmp_path / "c.parquet")
    (tmp_path / "notes.md").write_text("# read")
    (tmp_path / "table.csv").write_text("not read")
    assert list(read_documents([tmp_path], source="given")) == [
        Document("7", "one", "given"),
        Document("a/x.jsonl:3", "two", "given", "t"),
        Document("b.txt", "plain\ntext", "given"),
        Document("c.parquet:1", "three", "s"),
        Document("notes.md", "# read", "given"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.jsonl", b'{"text": "x"}\n{broken', "Line 2 of a.jsonl"),
        ("a.jsonl", b'{"txt": "x"}', "there is no text"),
        ("a.jsonl", b'["x"]', "there is no text"),
        ("a.txt", b"\xff\xfe\x00", "UTF-8"),
        ("a.parquet", b"nothing", "a.parquet cannot be read"),
        ("a.docx", b"", "no kind"),
    ],
)
def test_files_that_cannot_be_read_are_refused_in_words(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match=words):
        list(read_documents([tmp_path / name]))
    with pytest.raises(BadInput, match="no file or folder"):
        list(read_documents([tmp_path / "missing"]))


@pytest.mark.parametrize("between", ["\n\n", "\n", " ", ""])
def test_a_long_text_file_is_several_documents_that_join_to_it(tmp_path: Path, between: str) -> None:
    text = between.join(f"paragraph{number}" + "x" * 300 for number in range(60))
    (tmp_path / "book.txt").write_text(text, encoding="utf-8")
    found = list(read_documents([tmp_path]))
    assert "".join(document.text for document in found) == text
    assert [document.id for document in found] == [f"book.txt:{number + 1}" for number in range(len(found))]
    assert all(SECTION <= len(document.text) <= 2 * SECTION for document in found[:-1])
    assert between == "" or all(document.text.endswith(between) for document in found[:-1])


def test_files_of_one_name_in_several_folders_are_documents_of_their_own(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "readme.txt").write_text(folder)
    assert [d.id for d in read_documents([tmp_path])] == ["a/readme.txt", "b/readme.txt"]
    found = list(read_documents([tmp_path / "a", tmp_path / "b" / "readme.txt"]))
    assert [(d.id, d.text) for d in found] == [("readme.txt", "a"), ("readme.txt (2)", "b")]
