# ruff: noqa: E501
"""Addresses: envelopes, contact lists, business cards, labels, forms, directions in prose, vCards.

People and places are invented; telephone numbers are of the 555 sort, mail goes to example domains.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from neuronview.demo.kinds._pools_code import several
from neuronview.demo.kinds._pools_slots import Slots, prose
from neuronview.demo.lexicon import Lexicon


def _phone(rng: random.Random) -> str:
    return rng.choice(("(555) {a}-{b}", "555-{a}-{b}", "+1 555 {a} {b}", "0555 {a}{b}")).format(
        a=rng.randint(100, 999), b=rng.randint(1000, 9999)
    )


def _code(rng: random.Random) -> str:
    letters = "ABCDEFGHKLMNPRSTW"
    return rng.choice(
        (
            f"{rng.randint(10000, 99999)}",
            f"{rng.choice(letters)}{rng.choice(letters)}{rng.randint(1, 20)} {rng.randint(1, 9)}{rng.choice(letters)}{rng.choice(letters)}",
            f"{rng.randint(1000, 9999)}",
        )
    )


def _mail(slots: Slots, number: str) -> str:
    person = slots.person(number)
    return f"{person.given}.{person.family}@example.com".lower().replace(" ", "").replace("'", "")


def _lines(rng: random.Random, lex: Lexicon, *, name: str) -> list[str]:
    street, house, town, code = lex.street(rng), rng.randint(1, 220), lex.town(rng), _code(rng)
    place = rng.choice((f"{town} {code}", f"{code} {town}", f"{town}, {code}"))
    lines = [
        name,
        rng.choice(
            (
                f"{house} {street}",
                f"{house} {street}, Flat {rng.randint(1, 30)}",
                f"{house}{rng.choice('abc')} {street}",
                f"P.O. Box {rng.randint(10, 999)}",
            )
        ),
    ]
    return [*lines, place, *([lex.draw(rng, lex.countries)] if rng.random() < 0.4 else [])]


_TITLES = (
    "§full1",
    "§mr1",
    "Dr. §full1",
    "Prof. §full1",
    "The §family1 family",
    "§full1 & Sons",
    "§family1 and §family2 Ltd.",
    "The §building of §town",
    "c/o §full1",
)


def _block(rng: random.Random, lex: Lexicon) -> str:
    return prose("\n".join(_lines(rng, lex, name=rng.choice(_TITLES))), rng, lex=lex)


def _envelopes(rng: random.Random, lex: Lexicon) -> str:
    return "\n\n".join(_block(rng, lex) for _ in range(rng.randint(3, 5)))


def _labelled(rng: random.Random, lex: Lexicon) -> str:
    blocks = []
    for _ in range(rng.randint(2, 3)):
        slots = Slots(rng, lex)
        fields = [
            ("Name", "§full1"),
            ("Street", f"{rng.randint(1, 200)} §street"),
            ("Town", "§town"),
            ("Code", _code(rng)),
            ("Country", "§country"),
            ("Phone", _phone(rng)),
            ("E-mail", _mail(slots, "1")),
        ]
        kept = [field for i, field in enumerate(fields) if i < 3 or rng.random() < 0.6]
        blocks.append(prose("\n".join(f"{key}: {value}" for key, value in kept), rng, lex=lex, slots=slots))
    return "\n\n".join(blocks)


def _contacts(rng: random.Random, lex: Lexicon) -> str:
    rows = []
    for _ in range(rng.randint(6, 9)):
        person = lex.name(rng)
        rows.append((f"{person.family}, {person.given}", lex.address(rng), _phone(rng)))
    style = rng.choice(("{0}  {1}  {2}", "{0}: {1}. Tel. {2}", "{0} ({1}), {2}", "| {0} | {1} | {2} |"))
    return "\n".join(style.format(*row) for row in sorted(rows))


def _one_line(rng: random.Random, lex: Lexicon) -> str:
    return "\n".join(f"{lex.name(rng).full}, {lex.address(rng)}" for _ in range(rng.randint(6, 9)))


def _card(rng: random.Random, lex: Lexicon) -> str:
    slots = Slots(rng, lex)
    blocks = []
    for number in ("1", "2"):
        name = rng.choice((f"§full{number}", f"§FULL{number}"))
        lines = [
            name.replace("§FULL" + number, slots.person(number).full.upper()),
            f"§Profession{number}",
            "",
            f"§address{number}",
            _phone(rng),
            _mail(slots, number),
            "www.example.com",
        ]
        blocks.append("\n".join(lines))
    return prose("\n\n".join(blocks), rng, lex=lex, slots=slots)


def _vcard(rng: random.Random, lex: Lexicon) -> str:
    cards = []
    for _ in range(rng.randint(2, 3)):
        slots = Slots(rng, lex)
        cards.append(prose(f"BEGIN:VCARD\nVERSION:3.0\nN:§family1;§given1;;;\nFN:§full1\nTEL;TYPE=home:{_phone(rng)}\nEMAIL:{_mail(slots, '1')}\n"
                           f"ADR;TYPE=home:;;{rng.randint(1, 99)} §street;§town;;{_code(rng)};§country\nEND:VCARD", rng, lex=lex, slots=slots))  # fmt: skip
    return "\n".join(cards)


_PROSE = (
    "§full1 lives at §address1.", "Please send the parcel to §mr2, §address2, not to the old address.", "We have moved from §street1 to §street2.",
    "The house in §street3 where §given1 was born is now §a_building.", "Who lives at number §n? Nobody, as far as I know.", "My §relative has a flat in §street, on the §nth floor.",
    "Letters for §given3 should be addressed to §address3, c/o §full4.", "If nobody opens at number §n, ring at number §few; that's where §given2 is in the mornings.",
    "There are two streets with that name in §town, so don't forget the code.", "§given2 can't remember §his2 own address.", "The §building stands at the corner of §street and §street.",
    "\"Where do you live?\" \"At §address.\"", "\"Is this §street4?\" \"No, this is §street5. §Street4 is behind the §building.\"", "From §month on §given1 will be living at §address.",
    "Write the address in capitals: otherwise it won't be read.", "The postman says that there is no §street in §town.", "Send it to §address, please, and not before §weekday.",
    "§given3 grew up in §town, moved to §city and came back to §town after §n years.", "The number of the house is painted on the §building_part in §adj_colour.",
)  # fmt: skip


def _prose(rng: random.Random, lex: Lexicon) -> str:
    return prose(" ".join(several(rng, _PROSE, low=5, high=8)), rng, lex=lex)


def _form(rng: random.Random, lex: Lexicon) -> str:
    slots = Slots(rng, lex)
    text = (
        f"«CHANGE OF ADDRESS¦ORDER FORM¦APPLICATION¦REGISTRATION»\n\nFirst name: §given1\nLast name: §family1\nDate of birth: §date §year\n"
        f"Old address: §address1\nNew address: §address2\nTelephone: {_phone(rng)}\nE-mail: {_mail(slots, '1')}\n"
        "Married: [«x¦ »] yes [ ] no\nFrom: §date\n\n«Signature: §given1 §family1¦Place and date: §town, §date¦Please write clearly.»"
    )
    return prose(text, rng, lex=lex, slots=slots)


def _letterhead(rng: random.Random, lex: Lexicon) -> str:
    sender = _lines(rng, lex, name="§full1")
    receiver = _lines(rng, lex, name="§full2")
    body = "«please note our new address above.¦thank you for your letter, which reached me at my old address.¦would you send the §text to the address above?¦I should like to know who lives at §address.»"
    return prose(
        "\n".join(
            [*sender, "", *receiver, "", "§date §year", "", "Dear §mr2,", "", body, "", "Yours sincerely,", "§full1"]
        ),
        rng,
        lex=lex,
    )


def _branches(rng: random.Random, lex: Lexicon) -> str:
    word = rng.choice(("Shops", "Branches", "Offices", "Schools", "Libraries", "Our hotels", "Where to find us"))
    blocks = [
        f"{lex.town(rng)}\n  {rng.randint(1, 99)} {lex.street(rng)}\n  Tel. {_phone(rng)}\n  open {rng.randint(7, 10)}:00-{rng.randint(16, 20)}:00"
        for _ in range(rng.randint(3, 5))
    ]
    return word + "\n\n" + "\n".join(blocks)


def _spelled(rng: random.Random, lex: Lexicon) -> str:
    slots = Slots(rng, lex)
    family = slots.person("2").family
    spelled = ", ".join(family.upper().replace(" ", ""))
    phone = rng.randint(1000, 9999)
    digits = " ".join(lex.number_word(int(d)) for d in str(phone))
    text = (
        f"\"Your name, please?\" asked §given1. \"{slots.person('2').full}.\" \"How do you spell that?\" \"{spelled}.\" \"And where do you live?\" \"At §address2.\""
        f" \"Is that near the §building1?\" \"No, it's «opposite¦behind¦not far from» the §building2.\" \"And your number?\" \"555 {phone}.\" \"{digits.capitalize()},\" repeated §given1 and wrote it down."
        " «\"Thank you, §mr2. You'll hear from us.\"¦\"Is there anything else?\" \"No, that's all,\" said §given2.»"
    )  # fmt: skip
    return prose(text, rng, lex=lex, slots=slots)


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = {
    "envelopes": _envelopes,
    "labelled": _labelled,
    "contacts": _contacts,
    "one_line": _one_line,
    "card": _card,
    "vcard": _vcard,
    "prose": _prose,
    "form": _form,
    "letterhead": _letterhead,
    "branches": _branches,
    "spelled": _spelled,
}
