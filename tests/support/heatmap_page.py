"""The heat map alone on a page, mounted as Streamlit does it: in a shadow root, with the colours of a theme."""

from typing import Any

from playwright.sync_api import Page

from neuronview.ui.components import token_strip

THEMES = {
    "light": {"background": "#ffffff", "text": "#101814"},
    "dark": {"background": "#121715", "text": "#e6ece9"},
}
"""As in .streamlit/config.toml; held by a test."""

_OPEN = """async ({script, style, html}) => {
  const source = URL.createObjectURL(new Blob([script], {type: "text/javascript"}));
  window.draw = (await import(source)).default;
  const host = document.body.appendChild(document.createElement("div"));
  window.shadow = host.attachShadow({mode: "open"});
  const sheet = document.createElement("style");
  sheet.textContent = style;
  const inside = document.createElement("div");
  inside.innerHTML = html;
  shadow.append(sheet, inside);
  window.sent = [];
}"""
_DRAW = """data => {
  window.drawn = data;
  const setTriggerValue = (name, value) => sent.push([name, value]);
  window.forget = draw({data, parentElement: shadow, setTriggerValue});
}"""
_THEME = """({background, text}) => {
  document.body.style.background = background;
  document.body.style.setProperty("--st-background-color", background);
  document.body.style.setProperty("--st-secondary-background-color", background);
  document.body.style.setProperty("--st-text-color", text);
  document.body.style.setProperty("--st-primary-color", text);
  document.body.style.setProperty("--st-border-color", "#888888");
}"""


def open_heatmap(page: Page, *, theme: str = "light") -> None:
    """An empty page that knows how to draw."""
    page.goto("about:blank")
    page.evaluate(_OPEN, {"script": token_strip.script(), "style": token_strip.style(), "html": token_strip.HTML})
    set_theme(page, theme)


def set_theme(page: Page, theme: str) -> None:
    """Change the colours that Streamlit gives to components."""
    page.evaluate(_THEME, THEMES[theme])


def draw(page: Page, payload: dict[str, Any]) -> None:
    """Draw what `heatmap_payload` says."""
    page.evaluate(_DRAW, payload)


def sent(page: Page) -> list[list[Any]]:
    """Triggers that the component has sent: name and value."""
    return list(page.evaluate("sent"))
