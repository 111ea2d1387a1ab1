"""Where things are on a page, by the contract that users' own scripts rely on too."""

from playwright.sync_api import Locator, Page


def strips(page: Page) -> Locator:
    """Every heat map but those at a glance on a neuron's first screen."""
    return page.locator(".nv-strip:not(.nv-glance *)")


def tokens(strip: Locator) -> Locator:
    """The tokens of a heat map, in order."""
    return strip.locator(".nv-token")


def tip(page: Page) -> Locator:
    """The tip that hovering or focusing a token shows."""
    return page.locator(".nv-tip:not([hidden])")


def scores(page: Page) -> Locator:
    """Every score."""
    return page.locator("[data-nv-score]")


def text_box(page: Page) -> Locator:
    """The text area of the text page."""
    return page.get_by_role("textbox", name="Text", exact=True)


def ranked(page: Page) -> Locator:
    """The neurons that fire most for a text."""
    return page.locator("[data-nv-rank]")
