# ruff: noqa: E501
"""Questions and answers about everyday services: lists, letters to a helpdesk, tickets, chats, columns.

Each question is followed by the answer that belongs to it; the services are invented.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from neuronview.demo.kinds._pools_code import several
from neuronview.demo.kinds._pools_faq import LEADS, SERVICES, TAILS
from neuronview.demo.kinds._pools_slots import Slots, prose
from neuronview.demo.lexicon import Lexicon

Pair = tuple[str, str]


def _draw(rng: random.Random, *, low: int = 3, high: int = 5) -> tuple[str, list[Pair]]:
    """Return a service and some of its questions; numbered slots stand for the same word in all of them."""
    service = rng.choice(list(SERVICES))
    return service, rng.sample(SERVICES[service], rng.randint(low, high))


def _styled(rng: random.Random, lex: Lexicon, *, style: str, joint: str, lead: bool = True) -> str:
    service, pairs = _draw(rng)
    blocks = [style.format(i=i, q=q, a=a) for i, (q, a) in enumerate(pairs, start=1)]
    head = [rng.choice((*LEADS, f"Questions about the {service}", f"The {service} of §town"))] if lead else []
    return prose(joint.join([*head, *blocks, rng.choice(TAILS)]), rng, lex=lex)


def _letters(rng: random.Random, lex: Lexicon) -> str:
    return _styled(
        rng, lex, style=rng.choice(("Q: {q}\nA: {a}", "Q. {q}\nA. {a}", "Question: {q}\nAnswer: {a}")), joint="\n\n"
    )


def _plain(rng: random.Random, lex: Lexicon) -> str:
    return _styled(rng, lex, style="{q}\n{a}", joint="\n\n")


def _running(rng: random.Random, lex: Lexicon) -> str:
    return _styled(rng, lex, style="{q} {a}", joint=" ", lead=False)


def _markdown(rng: random.Random, lex: Lexicon) -> str:
    service, pairs = _draw(rng)
    mark = rng.choice(("### {q}\n\n{a}", "**{q}**\n\n{a}", "- **{q}** {a}"))
    return prose("\n\n".join([f"## FAQ: {service}", *(mark.format(q=q, a=a) for q, a in pairs)]), rng, lex=lex)


def _numbered(rng: random.Random, lex: Lexicon) -> str:
    return _styled(
        rng, lex, style=rng.choice(("{i}. {q}\n   {a}", "{i}) {q} - {a}", "Question {i}: {q}\n{a}")), joint="\n"
    )


def _ticket(rng: random.Random, lex: Lexicon) -> str:
    service, pairs = _draw(rng, low=2, high=2)
    (q1, a1), (q2, a2) = pairs
    text = (
        f"Ticket #§big1\nFrom: §full4\nSubject: {service}\nStatus: «open¦closed¦waiting»\n\n"
        f"Hello, I have a question about the {service}. {q1} And one more thing: {q2[0].lower() + q2[1:] if not q2.startswith('I') else q2}"
        f" Thanks, §given4\n\n---\n\nDear §given4,\n\nthank you for your message. {a1} As to your second question: {a2}"
        "\n\n«Kind regards¦Best wishes»\n§full5"
    )
    return prose(text, rng, lex=lex)


def _helpdesk(rng: random.Random, lex: Lexicon) -> str:
    service, pairs = _draw(rng, low=3, high=4)
    slots = Slots(rng, lex)
    lines = [f"«Agent¦§given5»: Welcome to the {service}, my name is §given5. How can I help you?"]
    for q, a in pairs:
        lines += [f"§given4: {q}", f"§given5: {a}"]
    lines += [
        "§given4: «Great, thanks!¦I see. Thank you.¦That's what I was afraid of.¦OK, bye.»",
        "§given5: You're welcome, §given4.",
    ]
    lines[0] = lines[0].replace("«Agent¦§given5»", "§given5")
    return prose("\n".join(lines), rng, lex=lex, slots=slots)


def _story(rng: random.Random, lex: Lexicon) -> str:
    service, pairs = _draw(rng, low=2, high=3)
    lines = [f"§full4 works for the {service} in §town. All day long people ask §him4 the same questions."]
    leads = several(rng, ("The first caller wanted to know:", "Then a woman asked:", "An old man, who could hardly hear, asked:",
                          "A boy on a bicycle called:"), low=3, high=3)  # fmt: skip
    for lead, (q, a) in zip(leads, pairs, strict=False):
        lines.append(f'{lead} "{q}" "{a}" «said¦answered¦replied» §given4.'.replace('." said', '," said'))
    lines.append(
        "«In the evening §he4 is tired, but §he4 wouldn't want to do anything else.¦Nobody ever asks how §he4 is.»"
    )
    text = " ".join(lines)
    for verb in ("said", "answered", "replied"):
        text = text.replace(f'." {verb}', f'," {verb}')
    return prose(text.replace('." «said', '," «said'), rng, lex=lex)


def _short_notes(rng: random.Random, lex: Lexicon) -> str:
    """Give the answers alone, as advice, without the questions."""
    service, pairs = _draw(rng, low=4, high=6)
    own = [a for _, a in pairs if not a.startswith(("Yes", "You do", "It is", "Not ", "There is", "No", "We had"))]
    opening = rng.choice(
        (
            f"Some notes on the {service}:",
            f"If you want to use the {service}, remember this.",
            f"Our {service} at a glance.",
        )
    )
    return prose("\n".join([opening, *(f"- {answer}" for answer in own), rng.choice(TAILS)]), rng, lex=lex)


def _column(rng: random.Random, lex: Lexicon) -> str:
    worries = (
        ("my neighbor's §animal1 keeps me awake at night", "Talk to your neighbor before you talk to a lawyer. Perhaps the §animal1 can't sleep either."),
        ("my best friend never answers my messages", "Call §him2. If §he2 doesn't pick up the phone, go and see §him2."),
        ("I can't throw anything away", "Begin with one drawer. What you haven't used for §fewword years you won't miss."),
        ("my son doesn't want to go to school any more", "Ask him why, and then listen. It isn't always the school."),
        ("I am afraid of speaking in public", "So is everybody. Speak to one person in the room, and forget about the others."),
        ("nobody at work ever says thank you", "Do you? Say it first, and see what happens."),
        ("I have fallen in love with §a_profession", "There is no cure for that. Tell §him2."),
        ("my roommate eats my §mass_food", "Put your name on it. If that doesn't help, buy something that §he2 doesn't like."),
        ("I forget the names of people as soon as I have heard them", "Say the name aloud, twice. \"Nice to meet you, §given3,\" and later: \"Goodbye, §given3.\""),
    )  # fmt: skip
    blocks = [
        f"Dear §given1, {worry}. «What should I do?¦Can you help me?¦Am I the only one?¦I don't know what to do.»"
        f" - §given{i} from §town\n\nDear §given{i}, {answer[0].lower() + answer[1:] if not answer.startswith('§') else answer}"
        for i, (worry, answer) in enumerate(rng.sample(worries, rng.randint(2, 3)), start=4)
    ]
    return prose(
        "\n\n".join(["«Ask §given1¦§given1 answers your letters¦You ask, §given1 answers»", *blocks]), rng, lex=lex
    )


def _forum(rng: random.Random, lex: Lexicon) -> str:
    service, pairs = _draw(rng, low=1, high=1)
    question, answer = pairs[0]
    others = several(rng, ("Same question here.", "No idea, sorry.", "Have you tried asking them?", "I think it has changed since last year.",
                           "That's wrong, see the other thread.", "Thanks, that helped!", "It depends.", "Don't believe everything §given6 says."),
                     low=2, high=4)  # fmt: skip
    lines = [f"§given4 (§few hours ago): I'm new here and want to use the {service}. {question}"]
    lines += [f"§given{i} wrote: {line}" for i, line in zip((5, 6, 7, 8), others, strict=False)]
    lines += [f"§given9 (best answer, §n votes): {answer}", "§given4: Thank you, §given9!"]
    return prose("\n".join(lines), rng, lex=lex)


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = {
    "letters": _letters,
    "plain": _plain,
    "running": _running,
    "markdown": _markdown,
    "numbered": _numbered,
    "ticket": _ticket,
    "helpdesk": _helpdesk,
    "story": _story,
    "notes": _short_notes,
    "column": _column,
    "forum": _forum,
}
