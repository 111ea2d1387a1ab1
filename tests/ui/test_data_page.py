"""Data: the manifest in words, checksums on request, where one's own results are."""

from pathlib import Path

from neuronview.store import open_dataset
from neuronview.store.manifest import committed_parts
from neuronview.store.schema import KINDS
from neuronview.ui.data_parts import manifest_rows
from neuronview.ui.plain import html_safe
from tests.support.pages import open_page


def tables(at) -> str:
    return " ".join(entry.proto.body for entry in at.get("html"))


def test_the_page_shows_the_facts_of_the_manifest(small_home: Path) -> None:
    at = open_page("data")
    assert not at.exception
    for _, value in manifest_rows(open_dataset("small")):
        assert html_safe(value) in tables(at)


def test_what_the_manifest_does_not_say_is_named_in_one_row(small_home: Path) -> None:
    silent = [what for what, value in manifest_rows(open_dataset("small")) if value == "not said"]
    assert len(silent) > 1
    page = tables(open_page("data"))
    assert page.count("not said") == 1
    row = page.split("not said")[1]
    assert all(what.lower() in row.lower() for what in silent)


def test_every_kind_of_file_is_listed_and_told(small_home: Path) -> None:
    listed = open_page("data").dataframe[0].value
    assert list(listed["kind"]) == list(KINDS)
    assert all(listed["holds"])


def test_facts_are_those_written_and_what_is_not_said_is_said(small_home: Path) -> None:
    facts = dict(manifest_rows(open_dataset("small")))
    assert facts["Model fingerprint"] == "0123"
    assert facts["Corpus hash"] == "abc"
    assert facts["Near-duplicates"] == "not said"
    assert "after gelu_new" in facts["Value shown"]


def test_a_leading_token_is_described(small_home: Path) -> None:
    dataset = open_dataset("small")
    raw = dict(dataset.manifest.raw) | {"leading_token": {"token": "<|endoftext|>", "in_statistics": False}}
    object.__setattr__(dataset.manifest, "raw", raw)
    assert "in no statistic" in dict(manifest_rows(dataset))["Leading token"]


def facts_of(**changes: object) -> dict[str, str]:
    dataset = open_dataset("small")
    object.__setattr__(dataset.manifest, "raw", dict(dataset.manifest.raw) | changes)
    return dict(manifest_rows(dataset))


def test_what_imported_data_were_published_as_is_called_no_hash(small_home: Path) -> None:
    dataset = open_dataset("small")
    object.__setattr__(dataset.manifest, "corpus", {"hash": "openai/gpt2-small"})
    facts = dict(manifest_rows(dataset))
    assert facts["Published as"] == "openai/gpt2-small"
    assert "Corpus hash" not in facts


def test_records_are_counted_where_the_manifest_does_not_say_how_many(small_home: Path) -> None:
    dataset = open_dataset("small")
    stored = sum(part.rows for part in committed_parts(dataset.folder)["records"])
    assert stored
    assert facts_of(n_records=None)["Records in all"] == f"{stored:,}"


def test_the_part_that_is_held_out_is_described_by_its_rule_and_size(small_home: Path) -> None:
    part = {"rule": "whole documents", "seed": 7, "n_documents": 12, "n_excerpts": 3456, "n_tokens": 99}
    facts = facts_of(held_out=part)
    assert facts["Held out"].startswith("whole documents, drawn with seed 7: 12 documents, 3,456 excerpts, 99 tokens")
    assert "in common" not in facts["Held out"]
    assert "2 of these" in facts_of(held_out=part | {"n_excerpts_like_the_rest": 2})["Held out"]


def test_where_nothing_is_held_out_it_is_said_and_where_it_is_not_known_too(small_home: Path) -> None:
    assert facts_of(held_out=None)["Held out"].startswith("nothing")
    assert facts_of()["Held out"] == "not said"


def test_which_tokens_have_means_is_said_where_not_all_do(small_home: Path) -> None:
    some = facts_of(token_means_complete=False, token_means={"tokens": 1455, "of": 20_000})["Means by token"]
    assert some == "of the 1,455 most frequent of 20,000 tokens alone: top tokens and lookup rules know no others"
    assert facts_of(token_means_complete=False)["Means by token"].startswith("of the most frequent tokens alone")
    assert "Means by token" not in facts_of(token_means_complete=True, token_means={"tokens": 5, "of": 5})


def test_the_step_that_activations_are_rounded_to_is_named(small_home: Path) -> None:
    assert "2^−10 (about 0.00098)" in facts_of(activation_bits=16, activation_step=2.0**-10)["Stored activations"]
    assert "multiples of 0.01" in facts_of(activation_bits=16, activation_step=0.01)["Stored activations"]
    assert (
        facts_of(activation_bits=32, activation_step=0.0)["Stored activations"] == "32-bit floats, not rounded further"
    )
    assert facts_of(activation_bits=16)["Stored activations"] == "16-bit floats"


def test_whole_files_pass_the_check(small_home: Path) -> None:
    at = open_page("data")
    at.button(key="data_check").click().run()
    assert "Every file" in at.success[0].value


def test_a_changed_file_is_named(small_home: Path) -> None:
    part = next((small_home / "data" / "small").glob("excerpts-*.parquet"))
    at = open_page("data")
    content = bytearray(part.read_bytes())
    content[10] ^= 1
    part.write_bytes(content)
    at.button(key="data_check").click().run()
    assert part.name in at.error[0].value


def test_own_results_name_the_folder_of_the_settings(small_home: Path) -> None:
    shown = tables(open_page("data"))
    assert "0, with 0 scores" in shown
    assert str(small_home / "home" / "runs") in shown
