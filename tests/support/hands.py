"""What a person does on a page, counted: clicks, keys that are commands, texts typed, tokens pointed at."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.support.app_server import click_cell, settle

TASKS = Path(__file__).parents[2] / "docs" / "tasks.md"
ROW = re.compile(r"^\| (?P<task>[^|]+) \| (?P<start>[^|]+) \| (?P<count>\d+) \| (?P<how>[^|]+) \| `(?P<test>\w+)` \|$")


def documented() -> dict[str, int]:
    """Gestures by the name of the test that does the task, as docs/tasks.md says."""
    rows = map(ROW.match, TASKS.read_text(encoding="utf-8").splitlines())
    return {row["test"]: int(row["count"]) for row in rows if row}


class Hands:
    """A page's user; `gestures` is what was done so far, in words."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.gestures: list[str] = []

    def click(self, where: Locator) -> None:
        """Click; a click that is a download or opens another page counts as one, too."""
        self.gestures.append("click")
        where.click()

    def press(self, key: str) -> None:
        """Press a key, or keys at once, that is a command."""
        self.gestures.append(key)
        self.page.keyboard.press(key)

    def point(self, where: Locator) -> None:
        """Move the pointer there, once the page has come to rest: scrolling takes a tip away."""
        self.gestures.append("point")
        where.scroll_into_view_if_needed()
        where.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        where.hover()

    def write(self, field: Locator, text: str) -> None:
        """Type a text in place of what a field holds: with the click into it, and the keys that choose the old text."""
        if not field.evaluate("field => field === document.activeElement"):
            self.click(field)
        expect(field).to_be_focused()
        if field.input_value():
            self.press("Control+a")
        self.gestures.append("type")
        self.page.keyboard.type(text)
        expect(field).to_have_value(text)

    def go(self, page: str) -> None:
        """Click a page's name in the sidebar."""
        self.click(self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=page, exact=True))
        expect(self.page.get_by_role("heading", level=1, name=page)).to_be_visible()
        settle(self.page)

    def open_row(self, key: str, row: int, *, height: int = 66) -> None:
        """Click the neuron of a table's row."""
        self.gestures.append("click")
        click_cell(self.page, key, row=row, height=height)
