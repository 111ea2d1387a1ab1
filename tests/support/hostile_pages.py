"""What a browser makes of hostile text: pages that are opened, and what must not come of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route

from neuronview.view.tour import KINDS
from tests.support.app_server import settle
from tests.support.hostile_addresses import Shown
from tests.support.hostile_text import CANARY, HOST

__all__ = ["Watched"]

_LOOK = """(badges) => {
    const wide = document.documentElement;
    const main = document.querySelector('[data-testid="stMain"]');
    const heading = document.querySelector('h1');
    const box = heading && heading.getBoundingClientRect();
    const bad = [...document.querySelectorAll('iframe, object, embed, base, meta[http-equiv=refresh], body script')]
        .filter(node => node.outerHTML.includes('canary') || node.outerHTML.includes('nvCanary'))
        .map(node => node.outerHTML.slice(0, 200));
    const handlers = [...document.querySelectorAll('*')].filter(node => [...node.attributes].some(
        each => each.name.startsWith('on') || (/^(src|srcset|href|data|action)$/.test(each.name)
            && /^\\s*(javascript|vbscript|data:text)/i.test(each.value))
    )).map(node => node.outerHTML.slice(0, 200));
    return {
        wide: wide.scrollWidth - wide.clientWidth,
        main: main ? main.scrollWidth - main.clientWidth : -1,
        headings: document.querySelectorAll('h1').length,
        heading: box ? box.width > 40 && box.height > 10 && box.left >= 0 && box.right <= innerWidth + 1 : false,
        menu: document.querySelectorAll('[data-testid="stSidebarNavItems"] a').length,
        exceptions: [...document.querySelectorAll('[data-testid="stException"]')].map(node => node.innerText),
        bad, handlers,
        marked: [...document.querySelectorAll(
            '[data-testid="stMain"] :is(.katex, .stMarkdownColoredText, .stMarkdownColoredBackground, .stMarkdownBadge,'
            + ' mark:not(.nv-search-hit mark, [data-nv-differs]), blockquote, del, img[src*=canary],'
            + ' a[href*=canary], h1 h1, .footnotes)'
        )].filter(
            node => node.host !== location.host && !badges.includes(node.innerText)
        ).map(node => node.outerHTML.slice(0, 160)),
        ran: window.nvCanary === undefined ? null : String(window.nvCanary),
    };
}"""


@dataclass
class Watched:
    """A visitor's page that notes whatever hostile text could bring about."""

    page: Page
    address: str
    troubles: list[str] = field(default_factory=list)
    loads: int = 0

    @classmethod
    def open(cls, browser: Browser, address: str) -> "Watched":
        """A fresh visitor, who may load from `address` alone."""
        context = browser.new_context(viewport={"width": 1280, "height": 1000})
        context.set_default_timeout(90_000)
        watched = cls(context.new_page(), address)
        context.route("**/*", watched._let_through)
        watched.page.on("dialog", watched._dialog)
        watched.page.on("pageerror", lambda error: watched.troubles.append(f"error in the page: {error}"))
        watched.page.on("popup", lambda popup: watched.troubles.append(f"a window was opened: {popup.url}"))
        watched.page.on("console", lambda said: watched._console(said.text))
        return watched

    def close(self) -> None:
        """Leave."""
        self.page.context.close()

    def visit(self, target: str) -> list[str]:
        """Open a page of the app and give what is wrong with it."""
        self.page.goto(f"{self.address}/{target}")
        settle(self.page)
        return self.look(target)

    def visit_shown(self, shown: Shown) -> list[str]:
        """The same for a page that has something to show, with what is missing there."""
        found = self.visit(shown.target)
        for selector, words in shown.holds:
            if not self.page.locator(selector).filter(has_text=words).count():
                found.append(f"{shown.target[:120]}: nothing at {selector} says “{words}”")
        return found

    def look(self, what: str) -> list[str]:
        """What is wrong with what is shown now, and with anything since the last look."""
        self.loads += 1
        self.page.wait_for_timeout(250)  # for what a script or a picture would do after the page is there
        found = self.page.evaluate(_LOOK, [words for words, _ in KINDS.values()])  # badges of the Tour, our own
        said = [f"{name}: {found[name]}" for name in ("bad", "handlers", "marked", "exceptions") if found[name]]
        said += [f"a script ran: {CANARY}={found['ran']}"] if found["ran"] is not None else []
        said += [f"wider than the window by {found['wide']}"] if found["wide"] > 1 else []
        said += [f"the page's column overflows by {found['main']}"] if found["main"] > 1 else []
        said += [f"{found['headings']} headings of the first level"] if found["headings"] != 1 else []
        said += [] if found["heading"] else ["the heading is not to be seen"]
        said += [] if found["menu"] == 9 else [f"{found['menu']} pages in the menu"]
        said, self.troubles = [*self.troubles, *said], []
        return [f"{what[:120]}: {entry}" for entry in said]

    def _let_through(self, route: Route) -> None:
        url = route.request.url
        if urlsplit(url).netloc == urlsplit(self.address).netloc or url.startswith(("data:", "blob:")):
            route.continue_()
            return
        self.troubles.append(f"a request left the page: {url[:200]}")
        route.abort()

    def _dialog(self, dialog: object) -> None:
        self.troubles.append("a dialog was opened")
        dialog.dismiss()  # type: ignore[attr-defined]

    def _console(self, text: str) -> None:
        if HOST in text or "Content Security Policy" in text:
            self.troubles.append(f"the browser says: {text[:300]}")


def all_of(watched: Watched, targets: Iterable[str]) -> list[str]:
    """What is wrong with these pages, one after the other."""
    return [entry for target in targets for entry in watched.visit(target)]
