# ruff: noqa: E501
"""URLs: in prose, lists, logs, query strings, bookmarks, Markdown, sitemaps, their parts explained.

Hosts are example domains only (example.com, example.org, example.net, *.test, *.example).
"""

from __future__ import annotations

import random
from collections.abc import Callable

from neuronview.demo.kinds._pools_code import ENTITIES, FOLDERS, TEXTS, WORDS, several
from neuronview.demo.kinds._pools_slots import prose
from neuronview.demo.lexicon import Lexicon

_ENDINGS = ("html", "html", "pdf", "jpg", "png", "php", "txt", "zip", "xml", "csv")


def _host(rng: random.Random) -> str:
    word, other = rng.sample(WORDS, 2)
    return rng.choice(("www.example.com", "example.org", "www.example.net", f"{word}.example.com", f"www.{word}-{other}.example",
                       f"{word}{other}.test", f"api.{word}.test", f"{word}s.example", f"shop.{word}.example", f"{word}.example.org"))  # fmt: skip


def _path(rng: random.Random) -> str:
    many = rng.choice(ENTITIES)[1]
    word, other = rng.sample(WORDS, 2)
    return rng.choice((f"/{many}", f"/{many}/{rng.randint(1, 9999)}", f"/{rng.choice(FOLDERS)}/{word}.{rng.choice(_ENDINGS)}",
                       f"/blog/{rng.randint(2005, 2029)}/{rng.randint(1, 12):02}/the-{word}-and-the-{other}", "/about", "/contact.html",
                       f"/{many}/{word}-{other}", f"/user/{word}{rng.randint(1, 99)}", f"/v{rng.randint(1, 3)}/{many}", "/", ""))  # fmt: skip


def _query(rng: random.Random) -> str:
    word, other = rng.sample(WORDS, 2)
    parts = several(rng, (f"page={rng.randint(1, 40)}", f"q={word}+{other}", f"sort={rng.choice(TEXTS)}", f"id={rng.randint(1, 9999)}",
                          "lang=en", f"limit={rng.choice((10, 20, 50, 100))}", f"from={rng.randint(1990, 2029)}-0{rng.randint(1, 9)}-01",
                          f"{rng.choice(TEXTS)}={word}", "view=list", "debug=true", f"q={word}%20{other}"), low=1, high=4)  # fmt: skip
    return "?" + "&".join(dict.fromkeys(parts))


def _url(rng: random.Random) -> str:
    scheme = rng.choice(("https", "https", "https", "http"))
    query = _query(rng) if rng.random() < 0.3 else ""
    fragment = f"#{rng.choice(WORDS)}" if rng.random() < 0.15 else ""
    return f"{scheme}://{_host(rng)}{_path(rng)}{query}{fragment}"


_PROSE = (
    "You will find the whole story at {url}.",
    "See {url} for pictures of the §animal.",
    "The old address, {url}, doesn't work any more.",
    "If you don't believe me, look at {url}!",
    "§given1 has a page of §his1 own ({url}), but §he1 hasn't changed it since §year.",
    "More about this on {url}.",
    "I found the recipe on {url}, and then I couldn't find it again.",
    "Have you been to {url} lately? It looks quite different.",
    "To sign up, go to {url} and fill in the form.",
    "Tickets can be bought at {url} from §date on.",
    "The map is here: {url}",
    "Please don't send the link {url} to anybody who isn't a member.",
    '"Just type {url}," said §given1, as if that were easy.',
    "Our shop has moved from {url} to {url2}.",
    "Is {url} the same as {url2}? It seems so.",
    "Without a password you can't open {url}.",
    "There's a better list at {url}; the one at {url2} is out of date.",
    "§mr1 sent me to {url}, where I learned more than I wanted to know.",
    "Click on {url} only if you know who sent it.",
    "Somebody has copied our page ({url}) and put it on {url2} under another name.",
    "For a list of all §pl_building in §town, see {url}.",
    "The film can still be seen at {url}, unless they have taken it down.",
)


def _prose(rng: random.Random, lex: Lexicon) -> str:
    lines = [frame.format(url=_url(rng), url2=_url(rng)) for frame in several(rng, _PROSE, low=4, high=6)]
    return prose(" ".join(lines), rng, lex=lex)


def _titled(rng: random.Random, lex: Lexicon) -> str:
    style = rng.choice(("{t}: {u}", "- {t} - {u}", "* {t} ({u})", "{t}\n{u}", "[{t}]({u})", "- [{t}]({u})"))
    titles = several(rng, ("A walk through §town", "How to draw §a_animal", "The best §pl_food in §city", "Letters from §country", "Home",
                           "All about §pl_instrument", "A small history of the §tool", "Weather", "Frequently asked questions",
                           "The §adj_colour §room", "Free §pl_text", "Contact", "My §nth year in §city", "The friends of the §building"),
                     low=5, high=8)  # fmt: skip
    return prose(
        "«Links¦Bookmarks¦Further reading¦See also¦»\n" + "\n".join(style.format(t=t, u=_url(rng)) for t in titles),
        rng,
        lex=lex,
    )


def _bare(rng: random.Random, lex: Lexicon) -> str:
    return "\n".join(_url(rng) for _ in range(rng.randint(6, 11)))


def _one_host(rng: random.Random, lex: Lexicon) -> str:
    """Many pages of one site, so that the host comes back."""
    base = f"https://{_host(rng)}"
    return "\n".join(base + _path(rng) + (_query(rng) if rng.random() < 0.3 else "") for _ in range(rng.randint(6, 10)))


def _access_log(rng: random.Random, lex: Lexicon) -> str:
    day, lines, second = rng.randint(1, 28), list[str](), rng.randint(0, 1000)
    month = rng.choice(("Jan", "Apr", "Aug", "Nov"))
    for _ in range(rng.randint(5, 8)):
        second += rng.randint(0, 90)
        stamp = f"{day:02}/{month}/2024:10:{second // 60 % 60:02}:{second % 60:02}"
        status, size = rng.choice((200, 200, 200, 301, 304, 404, 500)), rng.randint(100, 90000)
        method = rng.choice(("GET", "GET", "GET", "POST", "HEAD"))
        lines.append(
            f'192.0.2.{rng.randint(1, 254)} - - [{stamp}] "{method} {_path(rng) or "/"} HTTP/1.1" {status} {size}'
        )
    return "\n".join(lines)


def _requests(rng: random.Random, lex: Lexicon) -> str:
    host, path = _host(rng), _path(rng) or "/"
    query = _query(rng)
    return prose(
        f"«GET¦GET¦DELETE» {path}{query} HTTP/1.1\nHost: {host}\nAccept: «text/html¦application/json¦*/*»\nUser-Agent: §{{family}}/§few.§few\n"
        f"«Cookie: session=§big§big\n¦»\nHTTP/1.1 «200 OK¦404 Not Found¦301 Moved Permanently¦403 Forbidden»\nContent-Type: text/html\n"
        f"Content-Length: §big\nLocation: https://{host}{_path(rng)}\n\n<p>«Hello!¦Nothing here.¦The page has moved.»</p>", rng, lex=lex,
    )  # fmt: skip


def _parts(rng: random.Random, lex: Lexicon) -> str:
    host, path, query = _host(rng), _path(rng) or "/", _query(rng)
    whole = f"https://{host}{path}{query}"
    lines = [f"{whole}", "scheme: https", f"host: {host}", f"path: {path}"]
    for pair in query[1:].split("&"):
        key, _, value = pair.partition("=")
        lines.append(f"{key} = {value}")
    told = (f"Take the address {whole}. The part before :// is the scheme, here https. Then comes the host, {host}, and after it the"
            f" path, {path}. What follows the question mark is the query, in this case {query[1:]}.")  # fmt: skip
    return "\n".join(lines) + "\n\n" + told


def _sitemap(rng: random.Random, lex: Lexicon) -> str:
    base = f"https://{_host(rng)}"
    rows = "\n".join(f"  <url>\n    <loc>{base}{_path(rng)}</loc>\n    <lastmod>{rng.randint(2010, 2029)}-{rng.randint(1, 12):02}-"
                     f"{rng.randint(1, 28):02}</lastmod>\n  </url>" for _ in range(rng.randint(3, 4)))  # fmt: skip
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset>\n{rows}\n</urlset>'


def _pages(rng: random.Random, lex: Lexicon) -> str:
    base, query = f"https://{_host(rng)}/{rng.choice(ENTITIES)[1]}", rng.choice(("page", "p", "start", "offset"))
    step = rng.choice((1, 1, 10, 20)) if query in ("start", "offset") else 1
    first = rng.randint(0, 5) * step
    lead = "«Page by page:¦All pages of the list:¦The crawler asked for»\n"
    return (
        prose(lead, rng, lex=lex)
        + "\n"
        + "\n".join(f"{base}?{query}={first + i * step}" for i in range(rng.randint(5, 9)))
    )


def _footnotes(rng: random.Random, lex: Lexicon) -> str:
    frames = several(rng, ("§full1 was born in §town in §year [{i}].", "The §building was closed for §few years [{i}].", "Nobody knows who wrote the §text [{i}].",
                           "According to §mr2, there were never more than §n of them [{i}].", "Some say that it was a §adj_colour §animal [{i}].",
                           "It isn't true that §he1 never came back [{i}]."), low=3, high=4)  # fmt: skip
    body = " ".join(frame.format(i=i) for i, frame in enumerate(frames, start=1))
    notes = "\n".join(f"[{i}] {_url(rng)} (read on §date)" for i in range(1, len(frames) + 1))
    return prose(f"{body}\n\n{notes}", rng, lex=lex)


def _addresses(rng: random.Random, lex: Lexicon) -> str:
    """Mail, file and phone addresses beside web ones."""
    word = rng.choice(WORDS)
    lines = several(rng, (f"Web: {_url(rng)}", f"E-mail: info@{_host(rng).removeprefix('www.')}", f"mailto:{word}@example.com?subject=Hello",
                          f"file:///home/{word}/{rng.choice(FOLDERS)}/{rng.choice(WORDS)}.txt", f"ftp://ftp.example.org/pub/{word}.zip",
                          f"tel:+1-555-{rng.randint(1000, 9999)}", f"ssh://git@{word}.test:22/{rng.choice(WORDS)}.git", f"http://localhost:{rng.randint(1024, 9999)}/",
                          f"http://192.0.2.{rng.randint(1, 254)}:{rng.randint(80, 9000)}/status", f"git clone https://git.example.org/{word}.git"),
                    low=5, high=8)  # fmt: skip
    return "\n".join(lines)


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = {
    "prose": _prose,
    "titled": _titled,
    "bare": _bare,
    "one_host": _one_host,
    "access_log": _access_log,
    "requests": _requests,
    "parts": _parts,
    "sitemap": _sitemap,
    "pages": _pages,
    "footnotes": _footnotes,
    "addresses": _addresses,
}
