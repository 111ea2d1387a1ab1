"""Files fetched from a server on this machine, which misbehaves as servers do."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from neuronview.errors import BadInput, DatasetError, NotFound
from neuronview.formats.openai import batch
from neuronview.formats.openai.importing import import_openai
from neuronview.formats.openai.published import SETS, published_set, set_of_address
from neuronview.formats.openai.source import FolderSource, HttpSource, Pace, open_source
from neuronview.records import NeuronId
from neuronview.store import Dataset
from tests.formats import published_files as files

Answer = tuple[int, bytes, dict[str, str]]
PREFIX = "/neuron-explainer/gpt2_small_data"


@contextmanager
def served(answer: Callable[[str, int], Answer]) -> Iterator[tuple[str, Counter[str]]]:
    """A server that answers a path, asked for the nth time, as told; gives its address and what was asked for."""
    asked: Counter[str] = Counter()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.removeprefix(f"{PREFIX}/")
            with lock:
                asked[path] += 1
                number = asked[path]
            status, content, headers = answer(path, number)
            self.send_response(status)
            for name, value in {"content-length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
            if "content-length" in headers:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{PREFIX}", asked
    finally:
        server.shutdown()
        server.server_close()


def whole(path: str) -> Answer:
    kind = next(kind for kind, (folder, _) in files.KINDS.items() if path.startswith(folder))
    layer, neuron = path.rsplit(".", 1)[0].split("/")[-2:]
    return 200, files.raw(kind, int(layer), int(neuron)), {}


def source(address: str) -> HttpSource:
    return HttpSource(address, first_pause=0.001)


def test_files_of_a_server_go_in_and_404_is_absent(tmp_path: Path) -> None:
    neurons = [NeuronId(0, n) for n in range(6)]
    gone = "explanations/0/4.jsonl"
    with served(lambda path, _: (404, b"<xml/>", {}) if path == gone else whole(path)) as (address, asked):
        report = import_openai(source(address), tmp_path / "out", neurons=neurons)
    assert report.set == "gpt2-small"
    assert [(p.file, p.kind, p.state) for p in report.problems] == [("0/4.jsonl", "explanations", "absent")]
    assert Dataset(tmp_path / "out").neurons_with("records") == neurons
    assert asked[gone] == 1
    assert not [path for path in asked if path.startswith("related")]


def test_a_second_import_asks_only_for_what_is_missing(tmp_path: Path) -> None:
    neurons = [NeuronId(0, n) for n in range(3)]
    missing = "collated-activations/0/1.json"
    with served(lambda path, _: (404, b"", {}) if path == missing else whole(path)) as (address, _):
        import_openai(source(address), tmp_path / "out", neurons=neurons)
    with served(lambda path, _: whole(path)) as (address, asked):
        import_openai(source(address), tmp_path / "out", neurons=neurons)
    assert set(asked) == {missing}


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_what_may_pass_is_tried_again(tmp_path: Path, status: int) -> None:
    with served(lambda path, number: (status, b"busy", {}) if number < 3 else whole(path)) as (address, asked):
        report = import_openai(source(address), tmp_path / "out", neurons=[NeuronId(0, 0)])
    assert not report.problems
    # Once more for the file that is asked for first, to see whether the server is there.
    assert sorted(asked.values()) == [3, 4]


def test_what_does_not_pass_is_reported_with_its_status(tmp_path: Path) -> None:
    bad = "explanations/0/0.jsonl"
    with served(lambda path, _: (500, b"oh", {}) if path == bad else whole(path)) as (address, asked):
        report = import_openai(source(address), tmp_path / "out", neurons=[NeuronId(0, 0)])
    (problem,) = report.problems
    assert (problem.file, problem.state) == ("0/0.jsonl", "failed")
    assert "500" in problem.reason
    assert asked[bad] > 2
    assert not Dataset(tmp_path / "out").neurons_with("explanations")


def test_a_first_file_that_the_server_cannot_give_keeps_no_other_out(tmp_path: Path) -> None:
    bad = "collated-activations/0/0.json"
    with served(lambda path, _: (500, b"oh", {}) if path == bad else whole(path)) as (address, _):
        report = import_openai(source(address), tmp_path / "out", neurons=[NeuronId(0, 0), NeuronId(0, 1)])
    assert report.stored == {"activations": 1, "explanations": 2}


def test_forbidden_is_not_asked_again(tmp_path: Path) -> None:
    bad = "explanations/0/0.jsonl"
    with served(lambda path, _: (403, b"no", {}) if path == bad else whole(path)) as (address, asked):
        report = import_openai(source(address), tmp_path / "out", neurons=[NeuronId(0, 0)])
    assert "403" in report.problems[0].reason
    assert asked[bad] == 1


def test_a_body_that_ends_early_is_no_file(tmp_path: Path) -> None:
    bad = "explanations/0/0.jsonl"

    def answer(path: str, number: int) -> Answer:
        status, content, headers = whole(path)
        if path == bad and number < 2:
            return status, content[:100], {"content-length": str(len(content))}
        return status, content, headers

    with served(answer) as (address, asked):
        report = import_openai(source(address), tmp_path / "out", neurons=[NeuronId(0, 0)])
    assert not report.problems
    assert asked[bad] == 2


def test_a_page_of_html_with_status_200_is_refused(tmp_path: Path) -> None:
    bad = "collated-activations/0/0.json"
    page = b"<html>sign in to this network</html>"
    with served(lambda path, _: (200, page, {}) if path == bad else whole(path)) as (address, _):
        report = import_openai(source(address), tmp_path / "out", neurons=[NeuronId(0, 0)])
    assert [(p.file, p.state) for p in report.problems] == [("0/0.json", "refused")]
    assert "HTML" in report.problems[0].reason


def test_a_server_that_is_not_there_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with served(lambda path, _: whole(path)) as (address, _):
        pass
    with pytest.raises(DatasetError, match="cannot be reached"):
        import_openai(source(address), tmp_path / "out", neurons=[NeuronId(0, 0)])
    assert not (tmp_path / "out").exists()


def test_a_source_that_goes_away_ends_the_import_and_what_came_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "FAILURES", 3)
    there = {f"collated-activations/0/{n}.json" for n in range(4)} | {f"explanations/0/{n}.jsonl" for n in range(4)}
    neurons = [NeuronId(0, n) for n in range(40)]
    with served(lambda path, _: whole(path) if path in there else (503, b"", {})) as (address, asked):
        report = import_openai(source(address), tmp_path / "out", neurons=neurons, workers=1)
    assert "gone" in report.stopped
    assert report.stored == {"activations": 4, "explanations": 4}
    assert len(asked) < 40
    assert report.left > 0


def test_many_are_fetched_at_once_but_never_more_than_allowed() -> None:
    now, most, lock = [0], [0], threading.Lock()
    together = threading.Event()

    def answer(path: str, _: int) -> Answer:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        if now[0] >= 2:
            together.set()
        together.wait(2)
        with lock:
            now[0] -= 1
        return 200, b"{}", {}

    with served(answer) as (address, _):
        fetched = list(
            HttpSource(address, most_at_once=8).fetch_all([f"{n}.json" for n in range(60)], should_stop=lambda: False)
        )
    assert [entry.path for entry in fetched] == [f"{n}.json" for n in range(60)]
    assert 2 <= most[0] <= 8


def test_the_pace_grows_while_all_goes_well_and_halves_when_it_does_not() -> None:
    pace = Pace(16)
    begun = pace.limit
    for _ in range(200):
        pace.speed_up()
    assert begun < pace.limit == 16
    pace.slow_down()
    pace.slow_down()
    assert pace.limit == 8


@pytest.mark.parametrize("address", ["http://example.org/x", "ftp://example.org/x", "https://me:secret@example.org/x"])
def test_only_plain_https_addresses_are_fetched_from(address: str) -> None:
    with pytest.raises(BadInput) as error:
        open_source(address)
    assert "secret" not in str(error.value)


def test_the_published_address_is_known_in_both_ways_of_writing() -> None:
    opened = open_source("az://openaipublic/neuron-explainer/data")
    assert opened.address == SETS["gpt2-xl"].address()
    assert set_of_address(opened.address) is SETS["gpt2-xl"]
    assert published_set("gpt2").name == "gpt2-small"
    with pytest.raises(NotFound):
        published_set("gpt3")


def test_a_folder_that_is_no_root_says_what_a_root_has(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="collated-activations"):
        open_source(str(tmp_path))
    with pytest.raises(BadInput, match="no folder"):
        open_source(str(tmp_path / "nothing"))
    assert isinstance(open_source(str(files.tree(tmp_path, [(0, 0)]))), FolderSource)


def test_a_folder_that_holds_sets_is_refused_with_their_folders(tmp_path: Path) -> None:
    (tmp_path / "all" / "data" / "explanations").mkdir(parents=True)
    with pytest.raises(BadInput, match=f"Inside of it are: {tmp_path}/all/data."):
        open_source(str(tmp_path))
