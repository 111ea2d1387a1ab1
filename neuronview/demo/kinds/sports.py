"""Sports: match reports, results, tables, races, tennis. Scores, minutes, places and points agree with each other."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from neuronview.demo.kinds import _prose

if TYPE_CHECKING:
    from neuronview.demo.lexicon import Lexicon

CLUBS = ("United", "City", "Rovers", "Town", "Athletic", "Wanderers", "Rangers", "Albion")
RACES = (
    ("the 1,500 metres", 215.0, 9.0),
    ("the marathon", 7900.0, 400.0),
    ("the 400 metres hurdles", 48.5, 2.5),
    ("the 10,000 metres", 1650.0, 60.0),
    ("the 200 metres freestyle", 106.0, 4.0),
    ("the slalom", 98.0, 3.0),
    ("the downhill", 111.0, 3.0),
    ("the 100 metres butterfly", 51.0, 2.0),
)

POOLS = """
@win
<W> beat <L> <ws>-<ls> on <day> in front of <crowd> spectators.
<L> lost <ls>-<ws> to <W> on <day>, their <nth> defeat in a row.
A <ws>-<ls> win over <L> has taken <W> to the top of the table.
<W> took some time to find their feet against <L>, but they deserved their <ws>-<ls> victory.
<W> <ws>, <L> <ls>.
Thanks to a fine performance by <A.full>, <W> won <ws>-<ls> against <L>.
Nobody had expected <W> to beat <L>, let alone <ws>-<ls>.
What a match! <W> defeated <L> <ws>-<ls> on a [muddy|frozen|perfect|soaking wet] pitch.
For the first time in <n> years, <L> have been beaten by <W>.
It was anything but pretty, yet <W> got the three points they had come for.

@draw
<W> and <L> drew <ds>-<ds> on <day>, a result that helps neither of them.
There was no winner when <W> met <L> on <day>: it ended <ds>-<ds>.
<W> <ds>, <L> <ds>.
A point each was all that <W> and <L> could take from a dull evening.

@drawbody
Both sides had chances to win it, but both goalkeepers were in excellent form.
"A point is a point," said <C.full>, the <W> manager, though <C.he> did not look happy.
If the referee had given a penalty in the last minute, it might have been different.
<W> hit the post twice, <L> once.
The longer it lasted, the less happened.
Neither team was prepared to take a risk.
The crowd, who had paid up to <price> for a seat, began to leave before the end.
<L> have now gone <n> matches without a win, <W> without a defeat.

@matchbody
<W> were the better side from the start and could have scored more.
<L>, who were without their captain, never recovered from the first goal.
At half-time the crowd whistled; at the end they sang.
<A.last> has now scored <n> goals this season, more than any other player in the league.
The referee showed <n> yellow cards and one red, to <B.last> of <L>.
It was too little, too late.
<L> had plenty of the ball but did not know what to do with it.
A header by <B.last> went just over the bar.
The rain, which had been falling since noon, made it difficult to control the ball.
Had <B.last> not missed a penalty, the result might have been closer.
<C.last> was carried off with an injured knee and is expected to be out for <n2> weeks.
Only a brilliant save prevented another goal.
There were angry protests, but the goal stood.
The away fans, <hundreds> of them, kept singing until the lights went out.
<L> changed <n> players after the break, to no avail.
Whenever <W> attacked, they looked dangerous.

@sportquote
"We were lucky at times," admitted <A.last>, "but you make your own luck."
"I've been playing football for <n2> years and I've never seen anything like it," said <B.last>.
"We didn't run, we didn't fight and we didn't deserve to win," said the <L> coach, <D.full>.
Asked about the penalty, <B.last> shook <B.his> head. "Ask the referee," <B.he> said. "Don't ask me."
"The lads gave everything," said <D.full>. "I can't ask for more than that."
"If we go on like this, we'll win the cup," said <A.last> with a grin.
"Next week is another game," <A.he> said, "and we start from nothing."

@sportend
On <nextday> <W> travel to <town2>.
<W> are now <nth> in the table; <L> remain at the bottom.
The return match will be played in <month2>.
With <n> games left to play, everything is still possible.
For <L>, the season is as good as over.
Tickets for the final go on sale on <nextday> at <time>.

@race
<A.full> won <race> in <city> on <day> in a time of <t1>.
In <race> nobody could keep up with <A.full>, who finished in <t1>.
It took <A.full> just <t1> to win <race> in <city>.
At the age of <young>, <A.full> has won <race> for the <nth> time.
<gap> seconds separated the first two in <race>.

@racebody
<B.full> was second in <t2>, and <C.full> came third in <t3>.
Second place went to <B.last> (<t2>), third to <C.last> (<t3>).
Behind <A.last>, <B.full> took the silver medal in <t2>, ahead of <C.full>, who needed <t3>.

@racemore
<B.last> had led for most of the way, but <A.last> was faster at the end.
With <A.last> so far in front, all eyes were on the fight for second place.
<A.He> started slowly, as <A.he> always does, and then left the others behind, one by one.
The conditions were far from ideal: there was a strong wind, and it was getting colder by the minute.
"I didn't look back once," <A.last> said afterwards, wrapped in a blanket.
<D.full>, the favourite, fell at the first bend and did not finish.
It was <A.his> best time of the year, though not the fastest of <A.his> career.
<A.last>, who works as a [nurse|bus driver|teacher|vet], trains before breakfast.
Only a year ago, doctors had told <A.him> that <A.he> would never compete again.
<C.last> was so exhausted that <C.he> had to be helped from the track.
<B.last> congratulated <A.him> with a hug and a joke.
"<A.last> was simply better than me today," said <B.last>. "There is nothing more to say."
Fewer than half of those who started reached the finish.
The two of them have been rivals since they were at school together.

@tennis
<A.full> beat <B.full> <sets> to reach the [final|semi-final|quarter-final|second round] in <city>.
<B.full> is out: <B.he> lost to <A.full> <lostsets> on <day>.
In a match that lasted <n> hours, <A.full> defeated <B.full> <sets>.
<A.full> bt <B.full> <sets>.

@tennisbody
<B.last> broke serve in the very first game, but it was to be the last time.
After losing a point on a doubtful call, <A.last> smashed <A.his> racket.
The match was interrupted twice by rain and once by a squirrel.
<A.last> served <n2> aces and made only <n> double faults.
In the last set <B.last> was hardly able to move.
The spectators were on <B.last>'s side, which did not seem to trouble <A.him>.
"I knew that if I stayed calm I would get my chance," <A.he> said.
<A.He> will meet either <C.full> or <D.full> in the next round.
Whether <B.last> will play again this year is not known.
It was the <nth> time that these two have met, and the <nth> time that <A.last> has won.
<B.last>, on the other hand, looked tired and bad-tempered throughout.

@chess
<A.full> and <B.full> agreed to a draw after <moves> moves.
<B.full> resigned after <moves> moves when <B.he> saw that <B.his> queen was lost.
With the white pieces, <A.full> needed only <moves> moves to beat <B.full>.

@chessbody
<B.last> had thought about <B.his> last move for almost an hour.
Neither of them got up from the table, not even to drink.
A knight on the edge of the board is seldom well placed, and so it proved.
<A.last> gave up a bishop in order to attack the king.
Nobody in the hall, including the experts, had seen it coming.
It is the youngest player, <C.full>, who leads after <n> rounds.
The next game begins on <nextday> at <time>.
"""

LAYOUTS = {
    "match": "@win <goals> @matchbody*2 @sportquote",
    "match_headline": "<W> <ws> - <ls> <L>\n\n@win @matchbody <goals> @sportend",
    "match_body": "@win @matchbody*3 @sportquote @sportend",
    "match_quote_first": "@sportquote @win <goals> @matchbody",
    "draw": "@draw <drawgoals> @drawbody*3",
    "draw_short": "@draw @drawbody*2-3 @sportend",
    "race": "@race @racebody @racemore*3",
    "race_results": "Results of <race>, <city>:\n1. <A.full>, <t1>\n"
    "2. <B.full>, <t2>\n3. <C.full>, <t3>\n4. <D.full>, <t4>\n\n@racemore*2",
    "race_long": "@racemore*2 @race @racebody @racemore*2",
    "tennis": "@tennis @tennisbody*4",
    "tennis_quote": "@tennis @tennisbody*2 @race @racebody",
    "chess": "@chess @chessbody*3-4",
    "results": "<day>'s results: <results>\n\n@win <goals>",
    "table": "<table>\n\n@sportend @draw @drawbody",
    "digest": "Football: ^@win @sportend\nTennis: ^@tennis\nAthletics: ^@race @racebody\nChess: ^@chess",
}

_FIRST = (
    "{who} scored the first goal after {m} minutes",
    "The first goal came in minute {m}, when {who} scored from a corner",
    "{who} put {team} ahead in minute {m}",
    "After {m} minutes {who} headed {team} into the lead",
)
_LATER = (
    "{who} made it {score} after {m} minutes",
    "In minute {m} {who} scored to make it {score}",
    "then, {m} minutes into the game, {who} beat the goalkeeper from a distance: {score}",
    "{who} of {team} made it {score} in minute {m}",
    "a shot by {who} went in off the post after {m} minutes ({score})",
)


def _club(town: str, rng: random.Random) -> str:
    return f"{town} {rng.choice(CLUBS)}" if " " not in town else town


def _goals(teams: tuple[str, str], goals: tuple[int, int], names: list[list[str]], rng: random.Random) -> str:
    """The goals in order of their minutes; the score is given from the first team's side."""
    order = [0] * goals[0] + [1] * goals[1]
    rng.shuffle(order)
    minutes = sorted(rng.sample(range(3, 91), len(order)))
    score, told = [0, 0], []
    frames = rng.sample(_LATER, len(_LATER)) * 2
    for place, (side, minute) in enumerate(zip(order, minutes, strict=True)):
        score[side] += 1
        frame = rng.choice(_FIRST) if place == 0 else frames[place]
        told.append(
            frame.format(who=rng.choice(names[side]), team=teams[side], m=minute, score=f"{score[0]}-{score[1]}")
        )
    return ". ".join(told) + "." if told else "There were no goals."


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds, 2), 60)
    hours, minutes = divmod(int(minutes), 60)
    if hours:
        return f"{hours}:{minutes:02d}:{int(rest):02d}"
    return f"{minutes}:{rest:05.2f}" if minutes else f"{rest:.2f} seconds"


def _sets(rng: random.Random) -> list[tuple[int, int]]:
    """A match won in two or three sets, from the winner's side."""

    def won() -> tuple[int, int]:
        return rng.choice(((6, 0), (6, 1), (6, 2), (6, 3), (6, 4), (7, 5), (7, 6)))

    lost = won()
    return [won(), (lost[1], lost[0]), won()] if rng.random() < 0.5 else [won(), won()]


def _table(clubs: list[str], rng: random.Random) -> str:
    """A league table with points = 3 x won + drawn, highest first."""
    played, best = rng.randint(8, 30), rng.randint(65, 85) / 100
    rows = []
    for club in clubs:
        won = round(played * best * rng.uniform(0.3, 1))
        drawn = rng.randint(0, (played - won) // 2)
        rows.append((3 * won + drawn, won, drawn, club))
    rows.sort(key=lambda row: (-row[0], -row[1], row[3]))
    lines = [
        f"{i}. {club}: played {played}, won {w}, drawn {d}, lost {played - w - d}, points {p}"
        for i, (p, w, d, club) in enumerate(rows, 1)
    ]
    return "\n".join(lines)


def _setup(rng: random.Random, lex: Lexicon) -> dict[str, str]:
    bound = _prose.common(rng, lex)
    bound["formal"] = "yes"
    clubs = [_club(town, rng) for town in {lex.town(rng): None for _ in range(8)}]
    winner, loser = clubs[0], clubs[1]
    ls = rng.choice((0, 0, 1, 1, 2))
    ws, ds = ls + rng.choice((1, 1, 2, 3)), rng.randint(0, 3)
    names = [["<A.last>", lex.name(rng).full], ["<B.last>", lex.name(rng).full]]
    bound.update(W=winner, L=loser, ws=str(ws), ls=str(ls), ds=str(ds))
    bound["goals"] = _goals((winner, loser), (ws, ls), names, rng)
    bound["drawgoals"] = _goals((winner, loser), (ds, ds), names, rng)
    bound["results"] = (
        "; ".join(
            f"{clubs[i]} {rng.randint(0, 4)}, {clubs[i + 1]} {rng.randint(0, 4)}" for i in range(2, len(clubs) - 1, 2)
        )
        + "."
    )
    bound["table"] = _table(clubs[:5], rng)
    race, base, spread = rng.choice(RACES)
    times = sorted(base + round(rng.uniform(0.05, 1.0) * spread, 2) * (1 + place) for place in range(4))
    bound.update(race=race, gap=f"{times[1] - times[0]:.2f}", **{f"t{i}": _clock(t) for i, t in enumerate(times, 1)})
    sets = _sets(rng)
    bound.update(sets=", ".join(f"{a}-{b}" for a, b in sets), lostsets=", ".join(f"{b}-{a}" for a, b in sets))
    bound.update(young=str(rng.randint(17, 39)), moves=str(rng.randint(18, 92)))
    return bound


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = _prose.templates(POOLS, LAYOUTS, _setup)
