# ruff: noqa: E501
"""E-mail: headers, replies with quoted text, threads, newsletters, automatic messages, short notes.

Addresses end in example domains; the name in a header signs the message, a reply answers its writer.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from neuronview.demo.kinds._pools_code import several
from neuronview.demo.kinds._pools_email import CLOSERS, ENDERS, FILLERS, GREETINGS, REPLIES, THREADS
from neuronview.demo.kinds._pools_slots import Slots, prose
from neuronview.demo.lexicon import Lexicon

_DOMAINS = ("example.com", "example.org", "example.net", "mail.example.com", "post.example.org", "office.test")


def _address(rng: random.Random, slots: Slots, number: str) -> str:
    person = slots.person(number)
    given, family = person.given.lower(), person.family.lower().replace(" ", "").replace("'", "")
    local = rng.choice((f"{given}.{family}", f"{given[0]}.{family}", f"{given}{rng.randint(1, 99)}", given))
    return f"{local}@{rng.choice(_DOMAINS)}"


def _greeting(rng: random.Random) -> str:
    return rng.choice(GREETINGS) + ","


def _body(rng: random.Random, sentences: tuple[str, ...], *, joint: str = " ") -> str:
    kept = [s for i, s in enumerate(sentences) if i == 0 or rng.random() < 0.85]
    head = [rng.choice(FILLERS)] if rng.random() < 0.4 else []
    tail = [rng.choice(ENDERS)] if rng.random() < 0.6 else []
    return joint.join([*head, *kept, *tail])


def _quote(text: str) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


def _stamp(rng: random.Random) -> str:
    return f"{rng.choice(('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'))}, {rng.randint(1, 28)} " + (
        f"{rng.choice(('Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'))} "
        f"{rng.randint(1998, 2029)} {rng.randint(6, 22):02}:{rng.randint(0, 59):02}"
    )


def _full(rng: random.Random, lex: Lexicon) -> str:
    slots = Slots(rng, lex)
    subject, sentences = rng.choice(THREADS)
    headers = [f"From: §full1 <{_address(rng, slots, '1')}>", f"To: {_address(rng, slots, '2')}"]
    if rng.random() < 0.3:
        headers.append(f"Cc: {_address(rng, slots, '4')}")
    if rng.random() < 0.6:
        headers.append(f"Date: {_stamp(rng)}")
    headers.append(f"Subject: {subject}")
    text = "\n".join([*headers, "", _greeting(rng), "", _body(rng, sentences), "", rng.choice(CLOSERS) + ",", "§full1"])
    return prose(text, rng, lex=lex, slots=slots)


def _plain(rng: random.Random, lex: Lexicon) -> str:
    subject, sentences = rng.choice(THREADS)
    text = "\n".join([f"Subject: {subject}", "", _greeting(rng), _body(rng, sentences), rng.choice(CLOSERS), "§given1"])
    return prose(text, rng, lex=lex)


def _paragraphs(rng: random.Random, lex: Lexicon) -> str:
    _, sentences = rng.choice(THREADS)
    text = "\n\n".join([_greeting(rng), _body(rng, sentences, joint="\n\n"), rng.choice(CLOSERS) + ",\n§given1"])
    return prose(text, rng, lex=lex)


def _reply_above(rng: random.Random, lex: Lexicon) -> str:
    slots = Slots(rng, lex)
    _, sentences = rng.choice(THREADS)
    answer = " ".join(several(rng, REPLIES, low=2, high=4))
    quoted = _quote(f"Dear §given1,\n\n{_body(rng, sentences)}\n\n§given2")
    text = (
        f"Hi §given2,\n\n{answer}\n\n{rng.choice(CLOSERS)}\n§given1\n\n"
        f"On {_stamp(rng)}, §full2 <{_address(rng, slots, '2')}> wrote:\n{quoted}"
    )
    return prose(text, rng, lex=lex, slots=slots)


def _reply_between(rng: random.Random, lex: Lexicon) -> str:
    _, sentences = rng.choice(THREADS)
    replies = iter(rng.sample(REPLIES, len(sentences)))
    blocks = [f"> {sentence}\n\n{next(replies)}" for sentence in sentences if rng.random() < 0.8]
    text = "\n\n".join(["§given2 wrote:", *blocks, rng.choice(("§given1", "Best,\n§given1", "Cheers, §given1"))])
    return prose(text, rng, lex=lex)


def _thread(rng: random.Random, lex: Lexicon) -> str:
    slots = Slots(rng, lex)
    subject, sentences = rng.choice(THREADS)
    subject = subject.removeprefix("Re: ").removeprefix("Re: ")
    blocks = [f"From: §full1\nTo: §full2\nSubject: {subject}\n\n{' '.join(sentences[:3])}\n§given1"]
    for i in range(rng.randint(1, 3)):
        writer, reader = (("2", "1"), ("1", "2"))[i % 2]
        answer = " ".join(several(rng, REPLIES, low=1, high=2))
        blocks.append(f"From: §full{writer}\nTo: §full{reader}\nSubject: Re: {subject}\n\n{answer}\n§given{writer}")
    return prose("\n\n---\n\n".join(blocks), rng, lex=lex, slots=slots)


def _forwarded(rng: random.Random, lex: Lexicon) -> str:
    slots = Slots(rng, lex)
    subject, sentences = rng.choice(THREADS)
    lead = "«See below. What do you think?¦Is this for you, §given2?¦I have no idea what this is about. Have you?¦FYI.»"
    text = (
        f"{lead}\n\n§given1\n\n---------- Forwarded message ----------\nFrom: §full5 <{_address(rng, slots, '5')}>\n"
        f"Date: {_stamp(rng)}\nSubject: {subject}\nTo: {_address(rng, slots, '1')}\n\n{_body(rng, sentences)}\n\n§given5"
    )
    return prose(text, rng, lex=lex, slots=slots)


def _newsletter(rng: random.Random, lex: Lexicon) -> str:
    items = several(
        rng,
        ("On §date, §full3 will talk about §his3 journey to §country. Admission is free.",
         "The §room has been painted, and the new §pl_furniture have arrived.",
         "We are looking for somebody who can play the §instrument.",
         "There will be no meeting on §weekday, because the §building is closed.",
         "Congratulations to §full4, who has won the first prize!",
         "Don't forget to pay for this year. It's still only §price.",
         "Our §animal has had §few young ones. Do you know of a good home?",
         "If you would like to help us in §month, write to §given5.",
         "The §text of the month comes from §full6: read it, and you'll want to go to §city.",
         "Last month §n members came to the party, more than ever before.",
         "The bus to §town leaves at §time sharp. We can't wait for anyone."),
        low=4, high=6,
    )  # fmt: skip
    mark = rng.choice(("* ", "- ", "", "+ "))
    text = "\n\n".join(["Subject: «News from §town1¦Newsletter, §month1¦What's new in §month1»\n\nDear «members¦friends¦readers»,",
                        *(mark + item for item in items), "«Yours,¦Best wishes,¦See you soon,»\n§full1"])  # fmt: skip
    return prose(text, rng, lex=lex)


def _automatic(rng: random.Random, lex: Lexicon) -> str:
    text = rng.choice(
        (
            "Subject: Out of office\n\nThank you for your message. I am away until §date1 and will not read my mail. If it is urgent,"
            " please write to §full2 (§given2 will know what to do). If it isn't, I'll answer when I am back.\n\n§full1",
            "Subject: Mail delivery failed\n\nThis message was created automatically. Your message to <nobody§n@example.net> could not"
            " be delivered. Reason: there is no such user. Please check the address and try again. A copy of your message follows.",
            "Subject: Please confirm your address\n\nHello §given1,\n\nsomebody, probably you, has signed up with this address. To"
            " confirm it, open https://www.example.com/confirm?code=§big§big within §n hours. If it wasn't you, do nothing.",
            "Subject: Your receipt\n\nHello §given1,\n\nthank you for your payment of §price. Your receipt number is §big. Keep this"
            " message in case you want to return something. You have §n days to do so.\n\nThe shop in §street",
            "Subject: Reminder\n\nDear §mr1,\n\nthis is to remind you of your appointment with Dr. §family2 on §date at §time. If you"
            " can't come, please tell us at least one day before. Otherwise you may have to pay §price.",
            "Subject: Build §big failed\n\nProject: §town\nBranch: main\nAuthor: §full1\nStatus: failed after §n seconds\n\n§few of §n tests"
            " did not pass. You are receiving this message because you changed the code last.",
            "Subject: Your parcel\n\nDear §given1,\n\nyour parcel was handed over to our driver at §time. Since nobody was at home, it was"
            " left with your neighbor, §mr2. Please thank §him2. You won't have to sign for it again.",
        )
    )  # fmt: skip
    return prose(text + "\n\n" + "«Do not reply to this message.¦This is an automatic message.¦»", rng, lex=lex)


def _inbox(rng: random.Random, lex: Lexicon) -> str:
    rows = [f"{rng.choice((' ', '*'))} {rng.randint(7, 21):02}:{rng.randint(0, 59):02}  §full  {subject}"
            for subject, _ in rng.sample(THREADS, rng.randint(5, 8))]  # fmt: skip
    return prose(f"Inbox ({rng.randint(2, 40)} new)\n\n" + "\n".join(rows), rng, lex=lex)


def _notes(rng: random.Random, lex: Lexicon) -> str:
    """Write two or three messages of one or two lines between the same two people."""
    lines = []
    for i in range(rng.randint(3, 5)):
        writer, reader = (("1", "2"), ("2", "1"))[i % 2]
        sentences = " ".join(several(rng, REPLIES + FILLERS, low=1, high=2))
        lines.append(f"§given{reader},\n{sentences}\n§given{writer}")
    return prose("\n\n".join(lines), rng, lex=lex)


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = {
    "full": _full,
    "plain": _plain,
    "paragraphs": _paragraphs,
    "reply_above": _reply_above,
    "reply_between": _reply_between,
    "thread": _thread,
    "forwarded": _forwarded,
    "newsletter": _newsletter,
    "automatic": _automatic,
    "inbox": _inbox,
    "notes": _notes,
}
