"""What a researcher comes for, done by hand in a browser, in as many gestures as docs/tasks.md says."""

import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from urllib.parse import quote_plus

import pytest
import torch
from playwright.sync_api import Browser, Page, expect
from transformers import AutoModelForCausalLM, AutoTokenizer

from neuronview.store import open_dataset
from tests.e2e import locators
from tests.support import live_dataset, small_dataset
from tests.support.app_server import key_of, serve, settle, wait_until
from tests.support.hands import Hands, documented

pytestmark = pytest.mark.e2e

TEXT = "The old mill"
LAYER, NEURON = 1, 17
NEURON_PAGE = f"/neuron?dataset=demo&layer={LAYER}&neuron={NEURON}"
TEXT_PAGE = f"/text?dataset=demo&layer={LAYER}&neuron={NEURON}&text={quote_plus(TEXT)}"


@pytest.fixture(scope="module")
def data(live_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The datasets `demo`, with its model, and `small`, whose neurons have two explainers."""
    folder = tmp_path_factory.mktemp("tasks") / "data"
    copytree(live_data, folder)
    small_dataset.build(folder / "small")
    return folder


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    with serve(data, data.parent / "home", dataset=live_dataset.NAME) as found:
        yield found


@pytest.fixture
def hands(page: Page, address: str, request: pytest.FixtureRequest) -> Iterator[Hands]:
    """A researcher, who needs exactly as many gestures as the document says."""
    found = Hands(page)
    yield found
    said = documented().get(request.function.__name__)
    assert len(found.gestures) == said, f"docs/tasks.md says {said}, it took {len(found.gestures)}: {found.gestures}"


def at(page: Page, url: str) -> None:
    """Begin here: a page that somebody has before them."""
    page.goto(url)
    settle(page)
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()


def shows_neuron(page: Page, neuron: str) -> None:
    expect(page.get_by_role("heading", name=f"Neuron {neuron}", exact=True)).to_be_visible()
    expect(locators.strips(page).first).to_have_attribute("data-neuron", neuron.split(":")[1])


def next_probabilities(folder: Path, text: str, factor: float = 1.0) -> dict[str, float]:
    """Probability of each next token with the neuron multiplied, by a hook on transformers' own model."""
    model, tokenizer = AutoModelForCausalLM.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)

    def scaled(module: torch.nn.Module, given: object, out: torch.Tensor) -> torch.Tensor:
        out[..., NEURON] *= factor
        return out

    model.transformer.h[LAYER].mlp.act.register_forward_hook(scaled)
    ids = [tokenizer.bos_token_id, *tokenizer(text, add_special_tokens=False)["input_ids"]]
    with torch.no_grad():
        chances = model(torch.tensor([ids])).logits[0, -1].softmax(dim=-1)
    return {tokenizer.decode([place]): float(chance) for place, chance in enumerate(chances)}


def test_every_task_has_its_row_and_every_row_its_task() -> None:
    module = Path(__file__).read_text(encoding="utf-8")
    tasks = re.findall(r"^def (test_\w+)\([^)]*\bhands: Hands", module, flags=re.MULTILINE)
    assert sorted(documented()) == sorted(tasks)


# --- finding -------------------------------------------------------------------------------------------------------


def test_a_neuron_is_found_for_a_topic(page: Page, address: str, hands: Hands) -> None:
    at(page, f"{address}/?dataset=small")
    hands.press("/")
    hands.write(page.locator(".st-key-global_search input"), "lookup 13")
    hands.press("Enter")
    hit = page.locator("[class*='st-key-nv_search_row_'] a").first
    expect(page.locator(".nv-search-hit").first.locator("mark")).to_have_text(["13", "lookup"])
    hands.click(hit)
    shows_neuron(page, "1:3")
    expect(page.get_by_text("Fires on thing 13 in lookup.").filter(visible=True).first).to_be_visible()


def test_neurons_that_need_context_are_found(page: Page, address: str, data: Path, hands: Hands) -> None:
    dataset = open_dataset(data / "demo")
    rows = dataset.neurons(sort="bigram_share", descending=False, limit=1)
    dataset.close()
    at(page, f"{address}/?dataset=demo")
    hands.go("Browse")
    hands.write(page.get_by_role("combobox", name="Sort by"), "bigram")
    hands.press("Enter")
    expect(page.get_by_text(re.compile("explained by the bigram, largest first"))).to_be_visible()
    hands.click(page.get_by_text("Smallest first"))
    expect(page.get_by_text(re.compile("explained by the bigram, smallest first"))).to_be_visible()
    settle(page)
    hands.open_row(key_of(page, r"browse_bigram_share_False_table"), 0)
    shows_neuron(page, f"{rows['layer'][0]}:{rows['neuron'][0]}")


def test_a_question_in_sql_leads_to_a_neuron(page: Page, address: str, hands: Hands) -> None:
    at(page, f"{address}/?dataset=small")
    hands.go("Query")
    hands.write(page.get_by_label("Query", exact=True), "select layer, neuron from browse where score > 0.55")
    hands.press("Control+Enter")
    expect(page.get_by_text(re.compile("^1 row, 2 columns"))).to_be_visible()
    settle(page)
    hands.open_row("query_rows", 0, height=35)
    shows_neuron(page, "1:4")


def test_a_neuron_is_kept_with_a_note_and_found_again(page: Page, address: str, hands: Hands) -> None:
    at(page, address + NEURON_PAGE)
    hands.click(page.get_by_role("button", name=re.compile("Bookmark$")))
    expect(page.get_by_role("button", name=re.compile("Bookmarked$"))).to_be_visible()
    hands.click(page.get_by_role("button", name=re.compile("Lists and note")))
    hands.write(page.get_by_role("textbox", name="Note", exact=True), "ask Ada")
    hands.press("Control+Enter")
    expect(page.get_by_text(f"The note for {LAYER}:{NEURON} is kept.")).to_be_visible()
    hands.go("Browse")
    hands.click(page.get_by_role("combobox", name="List"))
    hands.click(page.get_by_role("option", name="Bookmarks"))
    expect(page.get_by_role("button", name=re.compile("in the list “Bookmarks”"))).to_be_visible()
    expect(page.get_by_text(re.compile("Rows 1 to 2 of 2,"))).to_be_visible()  # it has two explanations
    settle(page)
    hands.open_row(key_of(page, r"browse_\w+_True_table"), 0)
    shows_neuron(page, f"{LAYER}:{NEURON}")
    hands.click(page.get_by_role("button", name=re.compile("Lists and note")))
    expect(page.get_by_role("textbox", name="Note", exact=True)).to_have_value("ask Ada")


def test_neighbouring_neurons_are_stepped_through_by_key(page: Page, address: str, hands: Hands) -> None:
    at(page, address + NEURON_PAGE)
    for key, neuron in (("ArrowRight", "1:18"), ("ArrowRight", "1:19"), ("ArrowDown", "0:19")):
        hands.press(key)
        shows_neuron(page, neuron)


# --- judging -------------------------------------------------------------------------------------------------------


def test_which_of_two_explanations_is_better_and_how_sure_one_is(page: Page, address: str, hands: Hands) -> None:
    at(page, address + NEURON_PAGE)
    hands.click(page.locator(".st-key-neuron_ways").get_by_role("link", name="Compare"))
    difference = page.locator("[data-nv-difference]")
    expect(difference).to_contain_text("interval")
    scores = locators.scores(page)
    expect(scores).to_have_count(2)
    first, second = (float(scores.nth(place).get_attribute("data-value") or "nan") for place in range(2))
    assert float(difference.get_attribute("data-value") or "nan") == pytest.approx(first - second, abs=1e-4)


def test_where_an_explanation_fails_is_seen(page: Page, address: str, hands: Hands) -> None:
    at(page, address + NEURON_PAGE)
    hands.click(page.get_by_role("tab", name="Real against simulated"))
    worst = page.locator(".st-key-neuron_sim_hurting .nv-strip").first
    expect(worst).to_have_attribute("aria-label", re.compile(r"without it −?\d\.\d+ \(\+0\.\d+\)"))
    expect(page.locator(".st-key-neuron_sim_strips .nv-strip").first).to_be_visible()
    expect(page.locator(".st-key-neuron_sim_scatter .scatterlayer .points path").first).to_be_visible()
    settle(page)  # what comes late moves what lies below it away from the pointer
    marked = page.locator(".st-key-neuron_sim_hurting").locator(".nv-token.nv-false-positive, .nv-token.nv-miss")
    hands.point(marked.first)
    expect(locators.tip(page)).to_contain_text(re.compile("Marked as(false positive|miss)"))


def test_two_explainers_are_compared_over_a_filter(page: Page, address: str, hands: Hands) -> None:
    at(page, f"{address}/?dataset=small")
    hands.go("Browse")
    hands.click(page.get_by_role("combobox", name="Layers"))
    hands.click(page.get_by_role("option", name="1", exact=True))
    hands.press("Escape")
    expect(page.get_by_text(re.compile("Rows 1 to 10 of 10"))).to_be_visible()
    hands.go("Compare")
    hands.click(page.get_by_role("radio", name="Many neurons"))
    hands.click(page.get_by_role("button", name=re.compile("Use the filter of Browse")))
    said = page.locator("[data-nv-paired]")
    expect(said).to_have_attribute("data-n", "5")
    assert float(said.get_attribute("data-value") or "nan") == pytest.approx(0.05)
    expect(said).to_contain_text("dictionary")


# --- one's own text, and the model ---------------------------------------------------------------------------------


def test_a_sentence_is_tried_on_a_neuron(page: Page, address: str, hands: Hands) -> None:
    at(page, address + NEURON_PAGE)
    hands.click(page.get_by_role("button", name="Try a text"))
    hands.write(page.get_by_label("Your text"), TEXT)
    hands.click(page.get_by_role("button", name="See where it fires"))
    expect(page).to_have_url(re.compile(rf"/text\?.*neuron={NEURON}&text=The\+old\+mill"))
    strip = locators.strips(page).first
    expect(strip).to_have_attribute("data-neuron", str(NEURON))
    assert "".join(locators.tokens(strip).all_text_contents()).replace("·", " ").strip() == TEXT


def test_what_drives_a_next_token_is_found(page: Page, address: str, data: Path, hands: Hands) -> None:
    at(page, f"{address}/?dataset=demo")
    hands.go("Text")
    expect(locators.strips(page).first).to_be_visible()
    settle(page)
    hands.write(locators.text_box(page), TEXT)
    hands.press("Control+Enter")
    expect(page).to_have_url(re.compile("text=The.old.mill"))
    settle(page)
    why = page.locator(".st-key-text_why")
    hands.click(why.locator("summary"))
    chances = next_probabilities(data / "demo" / "model", TEXT)
    expect(why.get_by_text(f"The logit of “{max(chances, key=chances.__getitem__)}”")).to_be_visible()
    hands.click(why.get_by_role("button", name="Draw the first 5 on the text"))
    expect(locators.strips(page)).to_have_count(5)


def test_the_model_is_changed_and_the_effect_is_read(page: Page, address: str, data: Path, hands: Hands) -> None:
    at(page, address + TEXT_PAGE)
    edit = page.locator(".st-key-text_edit")
    hands.click(edit.locator("summary"))
    hands.write(edit.get_by_role("textbox", name="Factor"), "40")
    hands.press("Enter")
    expect(edit.get_by_text("times 40 at every token")).to_be_visible()
    settle(page)
    before, after = (next_probabilities(data / "demo" / "model", TEXT, factor) for factor in (1.0, 40.0))
    token = max(before, key=before.__getitem__)
    cells = edit.locator("tbody tr").first.locator("td")
    expect(cells.first).to_have_text(f"“{token}”")
    shown = [float(cells.nth(place).inner_text().split()[0]) for place in (1, 2)]
    assert shown == pytest.approx([100 * before[token], 100 * after[token]], abs=0.006)


# --- taking along --------------------------------------------------------------------------------------------------


def test_a_neuron_is_taken_along_as_one_file(page: Page, address: str, hands: Hands, tmp_path: Path) -> None:
    at(page, address + NEURON_PAGE)
    with page.expect_download() as saved:
        hands.click(page.get_by_role("button", name="Save as a file"))
    saved.value.save_as(tmp_path / "neuron.html")
    page.goto((tmp_path / "neuron.html").as_uri())
    expect(page.get_by_role("heading", name=f"Neuron {LAYER}:{NEURON}")).to_be_visible()
    expect(page.locator(".nv-token[data-simulated]").first).to_be_attached()


def test_a_colleague_is_sent_what_is_on_screen(page: Page, address: str, browser: Browser, hands: Hands) -> None:
    at(page, address + TEXT_PAGE)
    hands.click(locators.tokens(locators.strips(page).first).nth(1))
    expect(page.locator(".nv-chosen").first).to_have_attribute("data-position", "1")
    hands.click(page.get_by_text("Order by raw value"))
    expect(page).to_have_url(re.compile("text_by_value=true"))
    settle(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    hands.click(page.get_by_role("button", name="Copy link"))
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    other = browser.new_context()
    theirs = other.new_page()
    theirs.goto(page.evaluate("navigator.clipboard.readText()"))
    expect(theirs.locator(".nv-chosen").first).to_have_attribute("data-position", "1")
    settle(theirs)
    expect(locators.ranked(theirs).first).to_be_visible()
    ranked = locators.ranked(theirs).all_inner_texts()
    values = [float(re.findall(r"value (\S+)", text.replace("−", "-"))[0]) for text in ranked]
    assert values == sorted(values, reverse=True)
    wait_until(page, lambda: locators.ranked(page).all_inner_texts() == ranked)
    other.close()
