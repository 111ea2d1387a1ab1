"""Type a text and read a token's value: compared with a forward hook on the same model."""

import re
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Page, expect
from transformers import AutoModelForCausalLM, AutoTokenizer

from tests.e2e import locators
from tests.e2e.conftest import Server

pytestmark = [pytest.mark.e2e, pytest.mark.looks_only]

TEXT = "She paid 42 coins for <script> and $x$."
LAYER, NEURON = 1, 17


def hooked_values(folder: Path, text: str) -> list[float]:
    """Values after GELU at every token of the text, from a hook on transformers' own model."""
    model, tokenizer = AutoModelForCausalLM.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    ids = [tokenizer.bos_token_id, *tokenizer(text, add_special_tokens=False)["input_ids"]]
    caught: list[torch.Tensor] = []
    model.transformer.h[LAYER].mlp.act.register_forward_hook(lambda module, given, out: caught.append(out))
    with torch.no_grad():
        model(torch.tensor([ids]))
    return caught[0][0, 1:, NEURON].tolist()


def test_a_typed_texts_values_are_the_models(server: Server, page: Page) -> None:
    page.goto(f"{server.address}/text?dataset=demo&layer={LAYER}&neuron={NEURON}&text=The+old+mill")
    expect(locators.strips(page).first).to_be_visible()
    box = locators.text_box(page)
    box.fill(TEXT)
    box.press("Control+Enter")
    expected = hooked_values(server.data / "demo" / "model", TEXT)
    tokens = locators.tokens(locators.strips(page).first)
    expect(tokens).to_have_count(len(expected))
    drawn = tokens.evaluate_all("all => all.map(e => Number(e.dataset.activation))")
    assert drawn == pytest.approx(expected, abs=1e-3)
    expect(page).to_have_url(re.compile("text=She"))


def test_a_ranked_neuron_leads_to_its_page(server: Server, page: Page) -> None:
    page.goto(f"{server.address}/text?dataset=demo&layer={LAYER}&neuron={NEURON}&text=The+old+mill")
    expect(locators.ranked(page).first).to_be_visible()
    link = page.locator(".st-key-text_row_0").get_by_role("link", name=re.compile("Neuron"))
    name = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", name=re.compile(name.split()[-1]))).to_be_visible()
    expect(locators.strips(page).first).to_be_visible()


def test_choosing_a_token_ranks_neurons_for_it_alone(server: Server, page: Page) -> None:
    page.goto(f"{server.address}/text?dataset=demo&layer={LAYER}&neuron={NEURON}&text=The+old+mill")
    tokens = locators.tokens(locators.strips(page).first)
    expect(tokens.first).to_be_visible()
    tokens.nth(1).click()
    expect(page.get_by_text("how rarely a token of the corpus reaches this value")).to_be_visible()
    expect(page.locator(".nv-chosen").first).to_have_attribute("data-position", "1")


def test_a_ranked_neuron_is_drawn_and_named_in_the_address(server: Server, page: Page) -> None:
    page.goto(f"{server.address}/text?dataset=demo&layer={LAYER}&neuron={NEURON}&text=The+old+mill")
    expect(locators.ranked(page).first).to_be_visible()
    row = page.locator(".st-key-text_row_3")
    layer, neuron = re.findall(r"\d+", row.get_by_role("link", name=re.compile("Neuron")).inner_text())
    row.get_by_role("button", name="Draw it").click()
    expect(page).to_have_url(re.compile(f"layer={layer}&neuron={neuron}"))
    page.get_by_text("Order by raw value").click()
    expect(page).to_have_url(re.compile("text_by_value=true"))
    expect(locators.strips(page).first).to_have_attribute("data-neuron", neuron)


def test_a_token_chosen_by_the_keyboard_keeps_the_focus(server: Server, page: Page) -> None:
    page.goto(f"{server.address}/text?dataset=demo&layer={LAYER}&neuron={NEURON}&text=The+old+mill")
    tokens = locators.tokens(locators.strips(page).first)
    expect(tokens.first).to_be_visible()
    tokens.first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".nv-chosen").first).to_have_attribute("data-position", "1")
    expect(tokens.nth(1)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(tokens.nth(2)).to_be_focused()
