# ruff: noqa: E501
"""HTML: pages, lists, tables, forms, cards and mail; tags nest and close, attributes are quoted.

Void elements (`<br>`, `<img>`, `<input>`, `<meta>`, `<link>`, `<hr>`) are written without an end tag.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from neuronview.demo.kinds._pools_code import code_names, render, several
from neuronview.demo.lexicon import Lexicon

_SENTENCES = (
    "Our §items are made by hand in a small workshop in §town.",
    "You can return any §item within §n1 days if you are not happy with it.",
    "We have been open since §year and still love what we do.",
    "If you have a question, <a href=\"/contact\">write to us</a> and we will answer soon.",
    "The shop is closed on <strong>Sunday</strong>.",
    "Please <em>do not</em> send money before you have seen the §item.",
    "§p1 §s1 started with one §item; today there are more than §big.",
    "Read more about the §others in the <a href=\"/news/§items.html\">news</a>.",
    "Every §item comes with a <b>§text</b> and a short note from §p2.",
    "This page was last changed in §month by <span class=\"author\">§p3</span>.",
    "There is nothing here yet, but there will be soon.",
    "Press <kbd>Enter</kbd> to search, or <kbd>Esc</kbd> to close the window.",
    "The file is called <code>§items.txt</code> and you will find it in <code>/§dir</code>.",
    "Most people come for the §items and stay for the §others.",
)  # fmt: skip
_TITLES = ("All about §items", "The §Item Shop", "§p1's Page", "Welcome to §town", "News from §town",
           "How to choose a §item", "Contact", "§Items and §Other", "Our §others", "About us")  # fmt: skip
_BUTTONS = ("Send", "Search", "Save", "Sign in", "Buy now", "Cancel", "Next", "Add to basket", "Subscribe")


def _paragraph(rng: random.Random, *, low: int = 1, high: int = 3) -> str:
    return " ".join(several(rng, _SENTENCES, low=low, high=high))


def _title(rng: random.Random) -> str:
    return rng.choice(_TITLES)


def _finish(text: str, rng: random.Random) -> str:
    return render(text, rng, names=code_names(rng))


def _page(rng: random.Random, lex: Lexicon) -> str:
    title = _title(rng)
    return _finish(
        f"""«<!DOCTYPE html>¦<!doctype html>»
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>{title}</title>
  «<link rel="stylesheet" href="/style.css">¦<meta name="viewport" content="width=device-width">»
</head>
<body>
  <h1>{title}</h1>
  <p>{_paragraph(rng)}</p>
  <p«¦ class="note"¦ id="more"»>{_paragraph(rng, high=2)}</p>
«  <img src="/images/§item.jpg" alt="A §item in §town" width="§{{n1}}0">
¦  <hr>
¦»</body>
</html>""",
        rng,
    )


def _navigation(rng: random.Random, lex: Lexicon) -> str:
    pages = several(rng, ("home", "news", "about", "contact", "shop", "help", "search", "login"), low=3, high=6)
    links = [f'    <li><a href="/{page}"«¦ class="link"»>{page.title()}</a></li>' for page in pages]
    links[0] = links[0].replace("<li>", '<li class="active">')
    return _finish(
        '<header>\n  <a class="logo" href="/"><img src="/logo.svg" alt="§town"></a>\n</header>\n'
        "<nav«¦ id=\"menu\"¦ class=\"top\"»>\n  <ul>\n" + "\n".join(links) + "\n  </ul>\n</nav>\n"
        f"<main>\n  <h2>{_title(rng)}</h2>\n  <p>{_paragraph(rng)}</p>\n</main>",
        rng,
    )  # fmt: skip


def _bullet_list(rng: random.Random, lex: Lexicon) -> str:
    tag = rng.choice(("ul", "ol"))
    rows = several(rng, ("§w1", "§w2 and §w3", "<a href=\"#§w4\">§w4</a>", "§w5 (§n1)", "<b>§w6</b>: §n2",
                         "one §item", "two §others", "§n3 §items for §p1"), low=3, high=6)  # fmt: skip
    inner = rng.random() < 0.4
    lines = [f"  <li>{row}</li>" for row in rows]
    if inner:
        lines.insert(1, "  <li>§Items\n    <ul>\n      <li>small</li>\n      <li>large</li>\n    </ul>\n  </li>")
    return _finish(
        f"<h3>{_title(rng)}</h3>\n<{tag}«¦ class=\"list\"»>\n" + "\n".join(lines) + f"\n</{tag}>\n"
        f"<p>{_paragraph(rng, high=2)}</p>",
        rng,
    )  # fmt: skip


def _table(rng: random.Random, lex: Lexicon) -> str:
    names = code_names(rng)
    rows = [
        f"    <tr>\n      <td>{names[key]}</td>\n      <td>{rng.randint(1, 99)}</td>\n"
        f'      <td class="number">{rng.randint(1, 99)}.{rng.choice(("00", "50", "95", "99"))}</td>\n    </tr>'
        for key in several(rng, ("w1", "w2", "w3", "w4", "w5"), low=2, high=4)
    ]
    head = '<table«¦ border="1"¦ class="wide"¦ id="§items"»>\n  «<caption>The §items of §month</caption>\n  ¦»'
    text = (
        head + "<thead>\n    <tr>\n      <th>§text</th>\n      <th>number</th>\n      <th>§num</th>\n    </tr>\n"
        "  </thead>\n  <tbody>\n" + "\n".join(rows) + "\n  </tbody>\n</table>"
    )
    return render(text, rng, names=names)


def _form(rng: random.Random, lex: Lexicon) -> str:
    fields = several(
        rng,
        (
            '  <label for="name">Your name</label>\n  <input type="text" id="name" name="name" required>',
            '  <label for="email">E-mail</label>\n  <input type="email" id="email" name="email">',
            '  <label>Password <input type="password" name="password" minlength="§tiny"></label>',
            '  <label><input type="checkbox" name="terms"> I have read the terms</label>',
            '  <select name="§text">\n    <option value="§w1">§w1</option>\n'
            '    <option value="§w2" selected>§w2</option>\n    <option value="§w3">§w3</option>\n  </select>',
            '  <textarea name="message" rows="§tiny" placeholder="Your message"></textarea>',
            '  <input type="number" name="§num" min="1" max="§n1" value="1">',
            '  <input type="hidden" name="id" value="§big">',
            '  <label><input type="radio" name="size" value="s"> Small</label>\n'
            '  <label><input type="radio" name="size" value="l"> Large</label>',
        ),
        low=3,
        high=5,
    )
    button = rng.choice(_BUTTONS)
    return _finish(
        '<form action="/«send¦search¦login¦orders¦§items»" method="«post¦get»">\n'
        + "\n".join(fields)
        + f'\n  <button type="submit"«¦ class="primary"¦ disabled»>{button}</button>\n</form>',
        rng,
    )


def _cards(rng: random.Random, lex: Lexicon) -> str:
    card = """<div class="card">
  <img src="/images/{word}.«png¦jpg»" alt="{word}">
  <div class="card-body">
    <h4 class="card-title">{Word}</h4>
    <p class="price">${a}.{b}</p>
    «<a class="button" href="/buy?item={word}&amp;count=1">Buy</a>¦<span class="sold">Sold out</span>»
  </div>
</div>"""
    cards = [
        card.format(word=word, Word=word.title(), a=rng.randint(2, 90), b=rng.choice(("00", "50", "99")))
        for word in several(rng, ("lamp", "chair", "mirror", "clock", "vase", "rug", "shelf", "stool"), low=2, high=3)
    ]
    return _finish('<section class="cards">\n' + "\n".join(cards) + "\n</section>", rng)


def _article(rng: random.Random, lex: Lexicon) -> str:
    return _finish(
        f"""<article«¦ id="post-§big"»>
  <h2><a href="/posts/§big">{_title(rng)}</a></h2>
  <p class="meta">Written by <a href="/people/§s1">§p1 §s1</a> on <time datetime="§year">§month §year</time></p>
  <p>{_paragraph(rng)}</p>
  <blockquote>
    <p>«I never thought that a §item could do so much.¦Nobody told me about the §others.¦It was worth the wait.»</p>
  </blockquote>
  <p>{_paragraph(rng)}</p>
  <footer>
    <span class="tags"><a href="/tags/§w1">§w1</a>, <a href="/tags/§w2">§w2</a></span>
  </footer>
</article>""",
        rng,
    )


def _definitions(rng: random.Random, lex: Lexicon) -> str:
    terms = several(
        rng,
        ("<dt>§item</dt>\n  <dd>what you get when you order from §town</dd>",
         "<dt>§num</dt>\n  <dd>a number between §n1 and §big</dd>",
         "<dt>§text</dt>\n  <dd>the <em>§text</em> of the §item, in lower case</dd>",
         "<dt>§other</dt>\n  <dd>see <a href=\"#§item\">§item</a></dd>",
         "<dt>open</dt>\n  <dd>not yet paid</dd>\n  <dd>not yet sent</dd>"),
        low=2, high=4,
    )  # fmt: skip
    return _finish(
        f"<h2 id=\"words\">«Glossary¦Words we use¦What it means»</h2>\n<p>{_paragraph(rng, high=2)}</p>\n<dl>\n  "
        + "\n  ".join(terms) + "\n</dl>", rng,
    )  # fmt: skip


def _comments(rng: random.Random, lex: Lexicon) -> str:
    names = code_names(rng)
    talk = several(
        rng,
        (
            "Thank you for this page, it helped me a lot!",
            "I don't agree. My §item broke after §tiny days.",
            "Does anybody know where to buy a §item in §town?",
            "The link to the §others does not work any more.",
            "Same here :-(",
            "Great pictures! Who took them?",
            "You forgot to say what it costs.",
            "Try the shop next to the station.",
        ),
        low=2,
        high=4,
    )
    people = several(rng, ("§p1", "§p2", "§p3", "§p4"), low=4, high=4)
    rows = [
        f'  <div class="comment" data-id="{rng.randint(100, 999)}">\n    <strong>{who}</strong>'
        f" <small>{rng.randint(2, 59)} minutes ago</small>\n    <p>{line}</p>\n  </div>"
        for who, line in zip(people, talk, strict=False)
    ]
    head = f'<div id="comments">\n  <h3>{len(rows)} comments</h3>\n'
    return render(head + "\n".join(rows) + "\n</div>", rng, names=names)


def _script_and_style(rng: random.Random, lex: Lexicon) -> str:
    return _finish(
        f"""<style>
  body {{ font-family: «sans-serif¦Georgia, serif¦Verdana»; margin: §{{n1}}px; }}
  .§w1 {{ color: «#333¦#ff6600¦darkgreen¦white»; padding: §{{tiny}}px «0¦auto¦12px»; }}
  a:hover {{ text-decoration: underline; }}
</style>
<div class="§w1" onclick="show('§w2')">{_title(rng)}</div>
<p id="§w2">{_paragraph(rng)}</p>
<script>
  function show(name) {{
    const element = document.getElementById(name);
    «element.style.display = "block";¦element.classList.toggle("open");¦element.hidden = !element.hidden;»
  }}
  «document.querySelector("h1").textContent = "§w3";¦console.log("ready");¦let count = §n2;»
</script>""",
        rng,
    )


def _mail(rng: random.Random, lex: Lexicon) -> str:
    return _finish(
        f"""<p>Dear §p1,</p>
<p>{_paragraph(rng)}</p>
<p>«Your order <b>#§big</b> is on its way.¦Please <a href="https://shop.example.com/confirm?id=§big">confirm your address</a>.»<br>
«It should arrive on Monday.¦The link works for §n1 hours.¦You don't need to do anything else.»</p>
<p>«Best wishes¦Kind regards¦Yours»,<br>§p2 §s1</p>
<hr>
<p><small>«You get this mail because you bought a §item.¦To unsubscribe, click <a href="/stop">here</a>.»</small></p>""",
        rng,
    )


def _indented(rng: random.Random, lex: Lexicon) -> str:
    """Nest divisions and spans a random depth, so that the end tag depends on a tag far above."""
    tags = [rng.choice(("div", "section", "ul", "main", "p", "span", "b", "aside")) for _ in range(rng.randint(4, 7))]
    classes = several(rng, ("box", "row", "left", "right", "wide", "dark", "menu", "inner", "top"), low=9, high=9)
    opened = [
        "  " * depth + (f'<{tag} class="{cls}">' if rng.random() < 0.6 else f"<{tag}>")
        for depth, (tag, cls) in enumerate(zip(tags, classes, strict=False))
    ]
    closed = ["  " * depth + f"</{tag}>" for depth, tag in reversed(list(enumerate(tags)))]
    middle = "  " * len(tags) + _paragraph(rng, high=2)
    return _finish("\n".join([*opened, middle, *closed]), rng)


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = {
    "page": _page,
    "navigation": _navigation,
    "list": _bullet_list,
    "table": _table,
    "form": _form,
    "cards": _cards,
    "article": _article,
    "definitions": _definitions,
    "comments": _comments,
    "script_and_style": _script_and_style,
    "mail": _mail,
    "nested": _indented,
}
