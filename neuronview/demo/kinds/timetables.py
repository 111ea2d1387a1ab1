# ruff: noqa: E501
"""Timetables: trains, buses, lessons, opening hours, programmes, shifts, agendas, and prose about them.

Times of one table rise; a journey's length is the difference of its times.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from neuronview.demo.kinds._pools_code import WEEKDAYS, several
from neuronview.demo.kinds._pools_slots import prose
from neuronview.demo.lexicon import Lexicon

_SUBJECTS = (
    "Mathematics",
    "English",
    "History",
    "Music",
    "Art",
    "Biology",
    "French",
    "Sport",
    "Geography",
    "Physics",
    "Chemistry",
    "Reading",
    "Latin",
)


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _rising(rng: random.Random, count: int, *, start: int, low: int, high: int) -> list[int]:
    times = [start]
    while len(times) < count:
        times.append(times[-1] + rng.randint(low, high))
    return times


def _towns(rng: random.Random, lex: Lexicon, count: int) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        town = lex.town(rng)
        if town not in found:
            found.append(town)
    return found


def _stops(rng: random.Random, lex: Lexicon) -> str:
    towns = _towns(rng, lex, rng.randint(5, 9))
    times = _rising(rng, len(towns), start=rng.randint(300, 1100), low=3, high=25)
    style = rng.choice(("{t}  {s}", "{s} {t}", "{t} - {s}", "{s}: {t}", "| {s} | {t} |"))
    head = f"«Train §n¦Bus §few¦Line §few¦Ferry §few¦Night bus §n» from {towns[0]} to {towns[-1]}"
    whole = times[-1] - times[0]
    tail = f"«The journey takes {whole} minutes.¦§Weekday to §weekday only.¦Change at {towns[2]} for §town.¦Does not run on holidays.»"
    return prose(
        "\n".join([head, *(style.format(t=_clock(t), s=s) for t, s in zip(times, towns, strict=True)), tail]),
        rng,
        lex=lex,
    )


def _grid(rng: random.Random, lex: Lexicon) -> str:
    towns = _towns(rng, lex, rng.randint(4, 6))
    starts = _rising(rng, rng.randint(3, 5), start=rng.randint(300, 600), low=30, high=120)
    steps = [0, *_rising(rng, len(towns) - 1, start=rng.randint(4, 20), low=4, high=20)]
    width = max(map(len, towns))
    rows = [
        f"{town.ljust(width)}  " + "  ".join(_clock(start + step) for start in starts)
        for town, step in zip(towns, steps, strict=True)
    ]
    return "\n".join(rows) + f"\n\nEvery train needs {steps[-1]} minutes from {towns[0]} to {towns[-1]}."


def _departures(rng: random.Random, lex: Lexicon) -> str:
    times = _rising(rng, rng.randint(5, 8), start=rng.randint(300, 1200), low=1, high=19)
    lines = []
    for time in times:
        note = rng.choice(("on time", "on time", f"{rng.randint(3, 50)} min late", "cancelled", "boarding", ""))
        lines.append(f"{_clock(time)}  {lex.town(rng)}  platform {rng.randint(1, 14)}  {note}".rstrip())
    return "Departures\n" + "\n".join(lines)


def _lessons(rng: random.Random, lex: Lexicon) -> str:
    days = WEEKDAYS[:5]
    times = _rising(rng, rng.randint(3, 5), start=480, low=50, high=60)
    lines = [f"| | {' | '.join(days)} |", "|---|" + "---|" * 5]
    lines += [f"| {_clock(time)} | {' | '.join(rng.choice(_SUBJECTS) for _ in days)} |" for time in times]
    return "\n".join(lines)


def _hours(rng: random.Random, lex: Lexicon) -> str:
    opening, closing = rng.randint(7, 11), rng.randint(16, 21)
    closed = rng.choice(WEEKDAYS)
    join = rng.choice((" - ", " to ", "–"))
    lines = []
    for day in WEEKDAYS:
        late = rng.choice((0, 0, 0, 1, 2))
        lines.append(f"{day}: " + ("closed" if day == closed else f"{opening}:00{join}{closing + late}:00"))
    head = "«Opening hours¦When we are open¦The §building is open¦The §building in §street»"
    tail = "«Last admission half an hour before closing.¦On holidays the §building is closed.¦In §month we close an hour earlier.¦»"
    return prose("\n".join([head, *lines, tail]), rng, lex=lex)


def _programme(rng: random.Random, lex: Lexicon) -> str:
    events = several(rng, ("Welcome by §full1", "Coffee", "Talk: \"The history of the §tool\"", "Walk to the §building", "Music for §instrument and §instrument",
                           "Lunch", "Questions and answers with §full2", "Film about §pl_animal", "Speech by the mayor, §mr3", "Games for children", "Prizes", "Dinner",
                           "Reading: §given4 reads from §his4 new book", "Dancing", "Closing words"), low=6, high=9)  # fmt: skip
    times = _rising(rng, len(events), start=rng.choice((540, 570, 600, 840, 900)), low=15, high=70)
    style = rng.choice(("{t} {e}", "{t}  {e}", "{t} - {e}", "{e} ({t})"))
    head = "«Programme for §weekday¦Festival in §town¦Day §few¦The conference in §city»"
    return prose(
        "\n".join([head, "", *(style.format(t=_clock(t - t % 5), e=e) for t, e in zip(times, events, strict=True))]),
        rng,
        lex=lex,
    )


def _diary(rng: random.Random, lex: Lexicon) -> str:
    entries = ("dentist", "lunch with §given1", "call §mr2", "pick up §given3 from school", "meeting in room §n", "§instrument lesson", "haircut", "train to §town",
               "free", "birthday of §given", "§given1 comes for tea", "take the «dog¦cat¦rabbit¦parrot¦horse¦puppy» to the vet", "cinema with §given2", "run", "write the report")  # fmt: skip
    lines = []
    for day in sorted(rng.sample(range(7), rng.randint(3, 5))):
        times = _rising(rng, rng.randint(1, 3), start=rng.randrange(480, 900, 15), low=60, high=180)
        for time in times:
            lines.append(f"{WEEKDAYS[day][:3]} {_clock(time - time % 15)} {rng.choice(entries)}")
    return prose("\n".join(lines), rng, lex=lex)


def _shifts(rng: random.Random, lex: Lexicon) -> str:
    names = list(dict.fromkeys(lex.name(rng).given for _ in range(5)))
    lines = [
        f"{day:<10} early: {rng.choice(names)}, late: {rng.choice(names)}, night: {rng.choice(names)}"
        for day in WEEKDAYS
    ]
    return "Early 06:00-14:00, late 14:00-22:00, night 22:00-06:00\n\n" + "\n".join(lines)


def _flights(rng: random.Random, lex: Lexicon) -> str:
    lines = []
    for time in _rising(rng, rng.randint(5, 7), start=rng.randint(360, 700), low=5, high=80):
        length = rng.randint(45, 300)
        number = f"{rng.choice('ABKLNQXZ')}{rng.choice('ABKLNQXZ')} {rng.randint(100, 999)}"
        city = lex.draw(rng, lex.cities)
        lines.append(
            f"{number}  {city}  {_clock(time)}-{_clock(time + length)}  {length // 60} h {length % 60} min  gate {rng.choice('ABC')}{rng.randint(1, 30)}"
        )
    return "\n".join(lines)


def _told(rng: random.Random, lex: Lexicon) -> str:
    a, b, c = _towns(rng, lex, 3)
    t = rng.randint(360, 900)
    first, wait, second = rng.randint(20, 90), rng.randint(5, 40), rng.randint(15, 80)
    text = rng.choice(
        (
            f"The train leaves {a} at {_clock(t)} and gets to {b} at {_clock(t + first)}. There you have {wait} minutes to change. The bus to {c}"
            f" goes at {_clock(t + first + wait)} and takes {second} minutes, so you will be in {c} at {_clock(t + first + wait + second)}.",
            f'"When does the next train to {b} leave?" asked §given1. "At {_clock(t)}," said the man at the desk. "And when does it arrive?" "At'
            f' {_clock(t + first)}, if it isn\'t late." "So it takes {first} minutes," said §given1.',
            f"From {a} to {b} there is a bus every {wait} minutes, the first at {_clock(t)}, the next at {_clock(t + wait)}, {_clock(t + 2 * wait)} and"
            f" {_clock(t + 3 * wait)}. The last one goes at 23:10. Nobody has ever been on it but §given1.",
            f"§given1 missed the train at {_clock(t)} because §he1 had forgotten §his1 §clothes. The next one didn't leave until {_clock(t + 60)}, an hour"
            f" later, so §he1 sat down and read. When §he1 reached {b} at {_clock(t + 60 + first)}, §given2 had gone home.",
            f"We got up at {_clock(t)}. By {_clock(t + wait)} everything was packed, and at {_clock(t + wait + 5)} the taxi came. At {_clock(t + wait + 5 + first)} we were"
            f" at the station, {second} minutes too early.",
        )
    )
    more = several(rng, ("Tickets can be bought on the train.", "Please be at the stop in time; the driver doesn't wait.", "On §weekday the timetable is different.",
                         "Those who travel with §a_animal must sit at the back.", "There is no train between midnight and five.", "Children travel free.",
                         "The line to §town is closed until §month because of the snow.", "If you miss it, you will have to walk."), low=2, high=4)  # fmt: skip
    return prose(" ".join([text, *more]), rng, lex=lex)


def _tides(rng: random.Random, lex: Lexicon) -> str:
    start, day, lines = rng.randint(0, 300), rng.randint(1, 20), []
    for i in range(rng.randint(4, 7)):
        low = start + 50 * i
        lines.append(f"{day + i:>2}  low {_clock(low)}  high {_clock(low + 372)}  low {_clock(low + 745)}")
    return prose("Low and high water, §town1, §month1 §year1\n\n", rng, lex=lex) + "\n\n" + "\n".join(lines)


def _agenda(rng: random.Random, lex: Lexicon) -> str:
    items = several(rng, ("Minutes of the last meeting", "Report by §full1", "The budget for §year", "New §pl_furniture for the §room", "A letter from §mr2", "Election of a chair",
                          "Repairs to the §building_part", "Who looks after the §animal?", "Any other business", "Date of the next meeting", "The party in §month"),
                    low=5, high=8)  # fmt: skip
    times = _rising(rng, len(items), start=rng.choice((1080, 1140, 600)), low=5, high=25)
    lines = [
        f"{i}. {item} ({_clock(t)}, {u - t} minutes)"
        for i, (item, t, u) in enumerate(zip(items, times, [*times[1:], times[-1] + 10], strict=True), start=1)
    ]
    return prose(
        "«Agenda¦Agenda for §weekday¦Meeting of §date»\n\n" + "\n".join(lines) + f"\n\nEnd: {_clock(times[-1] + 10)}",
        rng,
        lex=lex,
    )


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = {
    "stops": _stops,
    "grid": _grid,
    "departures": _departures,
    "lessons": _lessons,
    "hours": _hours,
    "programme": _programme,
    "diary": _diary,
    "shifts": _shifts,
    "flights": _flights,
    "told": _told,
    "tides": _tides,
    "agenda": _agenda,
}
