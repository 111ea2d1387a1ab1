"""Weather: forecasts, warnings, reports of the past day, records, a sailor's forecast. Temperatures agree."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from neuronview.demo.kinds import _prose

if TYPE_CHECKING:
    from neuronview.demo.lexicon import Lexicon

# lowest and highest plausible day temperature, sky, what falls, verb, a warning
SEASONS = (
    ("winter", -9, 6, "snow", "snow showers", "fell", "icy roads"),
    ("winter", -4, 9, "sleet", "freezing fog", "froze", "black ice"),
    ("spring", 6, 17, "rain", "light showers", "fell", "night frost"),
    ("spring", 8, 19, "hail", "sudden showers", "beat down", "gusts of wind"),
    ("summer", 19, 34, "rain", "thunderstorms", "poured down", "lightning"),
    ("summer", 22, 38, "dust", "sunny spells", "blew in", "forest fires"),
    ("autumn", 7, 16, "rain", "mist and drizzle", "fell", "flooding"),
    ("autumn", 4, 14, "rain", "gales", "lashed down", "falling branches"),
)
REGIONS = ("the north", "the south", "the east", "the west", "the islands", "the mountains", "the coast", "the valleys")
ON = ("the islands", "the coast")
WINDS = ("north-westerly", "south-westerly", "easterly", "northerly", "southerly", "north-easterly")

POOLS = """
@open
It will be mostly cloudy <in1> on <day>, with <kind> in the afternoon.
<day> will begin dry and bright, but <kind> will reach <r1> by the evening.
Good news for <r1>: the <stuff> is moving away, and the sun will come out on <day>.
After a cold night, <day> will bring <kind> to <r1> and <r2>.
Anyone who is planning a walk on <day> should take an umbrella.
A belt of <stuff> is crossing <country> from west to east.
The <season> weather continues, at least for the time being.
High pressure over <country> means that little will change before <day3>.
Will it ever stop? In <town>, <kind> have been reported for <n> days running.
Today: <kind>, clearing later.
If you thought that yesterday was unpleasant, stay at home on <day>.
Unsettled <in1>, brighter <in2>.

@temp
The temperature will rise from <low> degrees in the morning to <high> by mid-afternoon.
Highs of <high> degrees <in1>, no more than <mid> <in2>.
At night it will fall to <low> degrees, and in sheltered places even lower.
It will feel [colder|warmer] than the <mid> degrees that the thermometer shows.
Maximum <high>, minimum <low>.
With <high> degrees, <r1> will be the warmest part of the country; <in2> it will hardly get above <mid>.
On <nextday> it will be <higher> degrees, one more than today.
Temperatures: between <low> and <high> degrees.
<high> degrees is about what one would expect at this time of the year.

@wind
A <wind> wind will freshen during the day and drop again after sunset.
Winds will be light, mainly <wind>.
On the coast gusts of up to <speed> miles an hour are possible.
There will be hardly any wind at all.
The wind, at first <wind>, will turn and grow stronger towards the evening.
Out at sea the <wind> wind may reach gale force, so small boats had better stay in the harbour.

@more
It will be {adj.weather} at first and {adj.weather} later, though never really {adj.weather}.
Gardeners should cover their {plant:plural} for the night.
A good day, then, for {mass.sport}, or simply for a walk to the {building}.
There is a <chance> per cent chance of <stuff>.
<in2>, where it has not rained for weeks, farmers will be glad of it.
Fog may be slow to clear, especially near rivers and lakes.
By <time2> it should have cleared up nearly everywhere.
Only <in3> will it stay dry throughout.
Drivers are warned of <danger>, above all on bridges and in woods.
It may not look like it, but <season> is on its way out.
Elsewhere it will be dry, with sunshine from time to time.
Do not be deceived by the blue sky: <kind> can form within minutes.
Towards evening the clouds will break up, and the stars will be visible for a while.
However, there is some doubt about how far south the <stuff> will get.
Neither <r1> nor <r2> will see much of the sun.
Take care, keep warm and look in on elderly neighbours.
Unless the wind changes, the <stuff> will stay out at sea.

@outlook
The outlook for <nextday>: much the same.
<nextday> and <day3> will be a little [warmer|cooler|drier|brighter], but not by much.
The weekend looks promising, though it is too early to be certain.
From <day3> onwards it will gradually get better.
No change is expected before the middle of <month2>.
And next week? Ask us again on <day3>.
On <nextday> more <stuff>, then <kind>, then, with luck, the sun.

@past
Last night <stuff> <fell> for <n> hours without a pause.
<amount> millimetres of rain were measured in <town> within a single day.
The storm reached <town> at <time> and left it again at <time2>, taking <n> roofs with it.
Never before had so much <stuff> been seen in <town> in <month>.
It was the [coldest|wettest|warmest|driest|windiest] <month> since <year0>.
Hardly had the streets been cleared when the next storm arrived.

@pastbody
{A adj.size} {furniture} was found in a tree near the {building}.
{Animal:plural} had to be led to safety, and so had two {profession:plural}.
Not a single {building_part} in the street was left undamaged.
By morning the {landscape} looked {adj.weather} and strangely peaceful.
Trees were blown down, and <hundreds> households were without electricity until <nextday>.
At the height of the storm the thermometer showed only <low> degrees.
Schools were closed, much to the joy of the children.
<A.full>, who runs the local weather station, had never seen anything like it.
"I've kept a record since <year0>," <A.he> said, "and there's nothing like this in it."
Trains to <town2> were cancelled because of <danger>.
The old people in <town>, however, say that <year0> was worse.
The river rose by <n> feet overnight but has since begun to fall.
Nobody was hurt, although several cars were damaged by <danger>.
In the morning it was as if nothing had happened: the sky was clear, and the birds were singing.
Had the warning come an hour later, the bridge would still have been full of people.
Volunteers filled more than <hundreds> sandbags during the night.

@warning
WARNING: <danger> <in1> from <time> on <day>.
A warning of <danger> has been issued for <r1>, valid from <time> until <time2>.
Because of <danger>, people <in1> are asked not to travel unless they must.

@warnbody
Stay indoors and keep away from windows.
Do not walk under trees, however strong they look.
If you have to drive, drive slowly and keep your distance.
Bring in anything that might be carried away by the wind: chairs, flowerpots, washing.
Further warnings may follow at short notice.
Keep a torch and spare batteries within reach.
When in doubt, turn back.
Make sure that pets are inside.
The warning will be lifted as soon as the <stuff> has passed.
"""

LAYOUTS = {
    "forecast": "@open @temp @wind @more @outlook",
    "forecast_long": "@open @more*2 @temp*2 @wind @more @outlook",
    "forecast_temp_first": "@temp @open @more*2 @wind",
    "headed": "Weather for <day>, <dom> <month>\n\n@open @temp @more @outlook",
    "regions": "<r1>: ^@more @temp\n<r2>: ^@open\n<r3>: ^@wind @outlook",
    "report": "@past @pastbody*3 @outlook",
    "report_long": "@past @pastbody*2 @past @pastbody*2",
    "warning": "@warning @warnbody*3 @temp",
    "warning_long": "@warning @open @wind @warnbody*3",
    "three_days": "<day>: ^@open @temp\n\n<nextday>: ^@more @wind\n\n<day3>: ^@more*2",
    "radio": "And now the weather. @open @temp @more*2 @outlook That was the weather.",
    "figures": "@open\n\n<figures>\n\n@more @outlook",
    "talk": "@past @open @more*2 @temp",
}


def _figures(rng: random.Random, lex: Lexicon, low: int, high: int) -> str:
    """A line for each city: sky and the two temperatures, the lower one first."""
    lines = []
    for city in rng.sample(lex.cities, 5):
        night = rng.randint(low, (low + high) // 2)
        day = rng.randint(night + 2, high + 3)
        sky = rng.choice(("rain", "cloudy", "sunny", "windy", "fog", "showers"))
        lines.append(f"{city}: {sky}, {_degrees(night)} to {_degrees(day)} degrees")
    return "\n".join(lines)


def _setup(rng: random.Random, lex: Lexicon) -> dict[str, str]:
    bound = _prose.common(rng, lex)
    bound["formal"] = "yes"
    season, lowest, highest, stuff, kind, fell, danger = rng.choice(SEASONS)
    first = {"winter": 0, "spring": 3, "summer": 6, "autumn": 9}[season] + rng.randint(0, 1)
    bound.update(month=_prose.MONTHS[first], month2=_prose.MONTHS[first + 1])
    low = rng.randint(lowest, lowest + 3)
    high = rng.randint(low + 5, highest + 4)
    bound.update(season=season, stuff=stuff, kind=kind, fell=fell, danger=danger)
    bound.update(
        low=_degrees(low), high=_degrees(high), mid=_degrees(rng.randint(low + 2, high - 1)), higher=_degrees(high + 1)
    )
    bound.update(zip(("r1", "r2", "r3"), rng.sample(REGIONS, 3), strict=True))
    bound |= {f"in{i}": f"{'on' if bound[f'r{i}'] in ON else 'in'} {bound[f'r{i}']}" for i in (1, 2, 3)}
    bound.update(wind=rng.choice(WINDS), speed=str(rng.randint(6, 16) * 5), chance=str(rng.randint(1, 9) * 10))
    bound.update(amount=str(rng.randint(20, 120)), figures=_figures(rng, lex, lowest, highest))
    return bound


def _degrees(value: int) -> str:
    return str(value) if value >= 0 else f"minus {_prose.NUMBER_WORDS[-value]}"


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = _prose.templates(POOLS, LAYOUTS, _setup)
