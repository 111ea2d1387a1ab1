"""News in brief: projects, incidents, small wonders, business and votes. No event in it ever took place."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from neuronview.demo.kinds import _prose

if TYPE_CHECKING:
    from neuronview.demo.lexicon import Lexicon

# thing, short form, those concerned, what is done to it, the danger
PROJECTS = (
    ("the old iron bridge", "the bridge", "commuters", "repaired", "rust"),
    ("the public library", "the library", "readers", "extended", "damp"),
    ("the indoor swimming pool", "the pool", "swimmers", "modernised", "leaking pipes"),
    ("the Victorian town hall", "the hall", "residents", "restored", "dry rot"),
    ("the bus station", "the station", "passengers", "rebuilt", "crumbling concrete"),
    ("the harbour wall", "the wall", "fishermen", "strengthened", "winter storms"),
    ("the children's hospital", "the hospital", "parents", "enlarged", "a shortage of beds"),
    ("the village school", "the school", "teachers", "renovated", "a leaking roof"),
    ("the city museum", "the museum", "visitors", "reopened", "lack of money"),
    ("the railway tunnel", "the tunnel", "travellers", "widened", "falling stones"),
    ("the covered market", "the market", "shopkeepers", "moved", "rising rents"),
    ("the football ground", "the ground", "supporters", "sold", "debt"),
)
INCIDENTS = (
    ("a fire", "the fire", "broke out", "in a furniture warehouse", "smoke", "a faulty heater"),
    ("a flood", "the flood", "took place", "in the lower town", "muddy water", "a blocked drain"),
    ("an explosion", "the explosion", "occurred", "in a bakery", "dust", "a gas leak"),
    ("a landslide", "the landslide", "happened", "on the coast road", "earth and rock", "a night of heavy rain"),
    ("a power failure", "the failure", "began", "in the northern suburbs", "darkness", "a fallen tree"),
    ("a burglary", "the burglary", "took place", "in a jeweller's shop", "broken glass", "an open window"),
    ("a train derailment", "the derailment", "occurred", "in the goods yard", "twisted metal", "a damaged rail"),
)
ANIMALS = ("goat", "pony", "parrot", "tortoise", "penguin", "python", "sheep", "goose", "badger", "llama", "seal")
FIRMS = (
    ("bicycle maker", "bicycles"), ("shoe company", "boots"), ("toy manufacturer", "wooden trains"),
    ("chocolate factory", "biscuits"), ("furniture firm", "chairs"), ("brewery", "ginger beer"),
    ("software company", "maps"), ("clothing chain", "raincoats"), ("paper mill", "envelopes"),
    ("watchmaker", "clocks"), ("family bakery", "loaves"), ("piano builder", "instruments"),
)  # fmt: skip
PAPERS = ("Herald", "Evening Post", "Courier", "Gazette", "Morning Star", "Observer", "Chronicle")

POOLS = """
@dateline
<TOWN>, <month> <dom> -
<TOWN> (<paper>) -
From our correspondent in <town>:
<town>, <day> evening.
News in brief:
The <paper>, <day>, <dom> <month> <year>.

@headline
<short> to be <done> at last
<group> angry as <short> stays shut
<cost> plan for <short> approved
Will <short> ever be <done>?
No money for <short>, council admits
"We were not asked": <group> reject plan for <short>
<town> waits for news of <short>

@open
After [months|years|nearly a decade] of argument, <thing> in <town> will finally be <done>, the council
  said on <day>.
<thing>, which has stood empty since <year0>, is to be <done> at a cost of <cost>.
Plans to have <thing> <done> were [approved|rejected|postponed] on <day> by <n2> votes to <n>.
More than <hundreds> <group> gathered outside <thing> on <day> to demand that it be <done> before the
  winter.
Nobody in <town> remembers when <thing> was last <done>, but that is about to change.
If everything goes well, <thing> will be <done> by the end of <month2>.
Residents of <town> were told on <day> that <thing> could not be <done> this year.
Work on <thing> in <town> has stopped because of <danger>.
Should <thing> be <done>, or should it simply be pulled down? That is the question which <town> must
  answer by <month2>.
The mayor of <town>, <A.full>, has promised that <thing> will be <done> "whatever it costs".

@body
{profession:plural}, {profession:plural} and {profession:plural} have joined the protest.
Inside, little is left but {a furniture}, some {kitchen:plural} and a smell of {mass.stuff}.
The damage, caused mainly by <danger>, was discovered <n> years ago during a routine inspection.
Engineers had warned as early as <year0> that <danger> would make <short> unsafe.
<group> have complained about <danger> for years.
Although the first estimate was much lower, the price has since risen to <cost>.
About <pct> per cent of the money will come from the state; the rest must be raised locally.
Until then, <group> will have to make do with a temporary building on <street>.
<A.last>, who has led the campaign since <year0>, said that <A.he> was [relieved|disappointed|not
  surprised].
Not everyone agrees: a petition against the plan has been signed by <crowd> people.
Neither the architect nor the builders could be reached for comment.
The work, which is expected to last <n2> months, will be carried out by a firm from <town2>.
Most of the shops nearby will stay open, but the car park is going to be closed from <day> onwards.
It is the third time in <n> years that <short> has been in the news.
No decision has been made about what will happen to <short> after that.
In <town2>, where a similar project was finished in <year0>, the number of visitors has doubled.
Opponents argue that the money would be better spent on [roads|housing|schools|the river bank].
Because <short> is a protected building, its front may not be altered.
Shops close to <short> have lost up to <pct> per cent of their trade, according to one owner.
A spokesman declined to say whether the <n> workers concerned would keep their jobs.

@quote
"We have waited long enough," said <A.full>, who lives opposite. "<short> belongs to all of us."
"It's a scandal," said <B.full>, a [retired nurse|bus driver|shop assistant|father of three]. "They knew
  about <danger> and did nothing."
"I'm delighted," <A.last> said. "When I was a child I came here every week, and now my own children can
  too."
Asked whether <group> would have to pay more, <A.last> replied: "Not if I can help it."
"Without <short>, what is there left to do in this town?" asked one of the <group>.
<B.last> was less hopeful. "They've promised this before," <B.he> said, "and we all know how that ended."
"If the weather holds," said the foreman, <B.full>, "we'll be done by <month2>. If it doesn't, don't ask
  me."
"Let us be honest," <A.he> told reporters. "Nobody wants to spend <cost>, but doing nothing would cost us
  even more."

@close
A public meeting will be held on <nextday> at <time>.
The council will vote again in <month2>.
Until <short> is <done>, <group> are advised to use the entrance on <street>.
Whether it will be enough remains to be seen.
Further details are expected on <nextday>.
The first visitors could be welcomed as soon as <month2>.
"And about time, too," added <B.his> neighbour.
For the moment, however, the doors stay closed.

@incident
<incident> <happened> <where> at <town> shortly after <time> on <day>, forcing <hundreds> people to leave
  their homes.
<n2> people were taken to hospital after <incident> <happened> <where> on <day> morning.
Firefighters were called to <town> in the early hours of <day>, when <incident> <happened> <where>.
No one was hurt when <incident> <happened> <where> on <day>, police said.
Police are looking for witnesses after <incident> <happened> <where> late on <day>.

@incbody >
<theincident> is thought to have been caused by <cause>.
By the time the first engine arrived, the whole street was full of <stuff>.
It took <n2> firefighters almost <n> hours to bring the situation under control.
<A.full>, <age>, who was asleep upstairs, escaped through a window with <A.his> [dog|daughter|two
  cats|violin].
Witnesses described a loud noise, followed by <stuff>.
Three of the injured have since been allowed to go home; the others are said to be in a stable condition.
The road was closed to traffic until <time2>, and trains were delayed by up to <pct> minutes.
How <cause> could go unnoticed for so long is now being investigated.
Neighbours, some of them still in their pyjamas, brought blankets and hot tea.
Had it happened an hour earlier, there would have been far more people in the building.
The owner, who asked not to be named, put the damage at <cost>.
A passer-by, <B.full>, had noticed <stuff> and raised the alarm.
Schools nearby remained closed on <nextday> as a precaution.

@incquote
"I heard a bang and then there was <stuff> everywhere," <A.last> said. "I just ran."
"We were extremely lucky," said the fire chief, <B.full>. "<cause> is all it takes."
"You never think it will happen to you," said <A.last>, who has lived there for <n2> years.
"My first thought was for the children," <A.he> said later, still shaking.
Police Inspector <B.last> said that there was nothing to suggest a crime.

@animal
A <animal> that had been missing for <n2> days was found on <day> in the [car park|cellar|kitchen|waiting
  room] of a hotel in <town>.
Drivers on the road to <town> could hardly believe their eyes on <day>, when a <animal> walked calmly past
  them.
What do you do when a <animal> moves into your [garage|bathroom|greenhouse|office]? <A.full> of <town>
  called the police.
The most famous <animal> in <town> has a birthday to celebrate: it turns <n2> on <day>.

@anibody
The <animal>, whose name is <pet>, belongs to <A.full>, a farmer from <town2>.
<A.last>, <age>, said that <pet> had never done anything like it before.
It had apparently squeezed through a hole in the fence and followed the smell of fresh bread.
Several attempts to catch the <animal> with a net failed; in the end, it was tempted into a van with an
  apple.
By noon, a video of the <animal> had been watched <hundreds> thousand times.
Nobody was bitten, though a flower bed and <n> pairs of socks did not survive.
A vet examined <pet> and found it to be in excellent health, if a little overweight.
<A.he> has since put a second lock on the gate.

@aniquote
"I went out to fetch the milk, and there it stood, looking at me," said <B.full>.
"<pet> isn't dangerous," <A.last> laughed. "Just curious, and always hungry."
"In twenty years with the police I have arrested all sorts," said Sergeant <B.last>, "but never a <animal>."
"If it happens again, I'll charge rent," said <B.full>, in whose garden the <animal> had slept.

@firm
The <firm> <house> and Sons is to [close its plant in <town>|open a second plant in <town>|hire <hundreds>
  workers in <town>], it announced on <day>.
Sales of <goods> rose by <pct> per cent last year, the <firm> <house> and Sons reported on <day>.
For the first time since <year0>, the <firm> <house> and Sons has made a loss.
Founded in <year0>, the <firm> <house> and Sons of <town> has been sold to a rival from <town2>.

@firmbody
The price of <goods> has fallen sharply, while wages and rents have gone up.
Last year it sold <crowd> <goods> in <n> countries.
Shares in the company [fell|rose] by <n> per cent on the news.
The company blamed [the weather|high prices|cheap imports|a strike at the docks] for the result.
Its <goods>, once found in every household, are now sold mostly abroad.
Analysts had expected [better|worse].
The unions were informed only on the morning of the announcement.
<A.full>, whose grandfather founded the <firm>, will remain its chairman until <year2>.
Orders for the coming season are said to be full, and there is talk of a night shift.
"Our <goods> are the best in the world, but that is no longer enough," said <A.last>.
"We don't make <goods> because they are fashionable," <A.he> said. "We make them because people need them."
<B.full>, who has worked there since <A.he> was a trainee, called it "the end of an age".

@vote
<A.full> has been elected mayor of <town> with <pct> per cent of the vote.
Voters in <town> go to the polls on <day> to choose between <A.full> and <B.full>.
By a narrow majority, the people of <town> decided on <day> that <thing> should not be <done>.
<A.full> will not stand again in the elections of <year2>, <A.he> told the <paper>.

@votebody
Turnout was higher than in <year0>, although it rained for most of the day.
<B.last>, who had been the favourite, admitted defeat shortly before midnight.
<A.last> had promised lower taxes, cleaner streets and a decision about <thing>.
The result must still be confirmed, since a recount has been requested in <n> districts.
During the campaign, <A.he> had visited every street in the town on <A.his> bicycle.
What mattered most to voters, if the polls are to be believed, was the future of <short>.
Unlike <B.last>, <A.he> has never held public office.
"I shall be the mayor of those who voted for me and of those who didn't," <A.he> said.
"We lost, and there's no use pretending otherwise," <B.last> told <B.his> supporters.

@item
{A profession} from <town2> has found {a adj.size} {container} full of old coins under the {furniture}.
The {building} in <street> will stay closed until <day3>.
{A adj.person} {profession} has been given a medal for saving {a animal}.
Wanted by the police: a man with {a instrument} and {a adj.colour} {clothes}.
<town>: <thing> is to be <done> next year.
A <animal> has been stolen from a farm near <town2>.
The <firm> <house> and Sons will pay no dividend.
<A.full> has won the <town> chess championship for the <nth> time.
Petrol prices went up again on <day>, by <n> cents.
Traffic: long queues are expected on the road from <town> to <town2> until <time2>.
A gold ring was found near <short>; the owner may collect it from the police.
Rain is forecast for the whole of the weekend.
The choir of <town> is looking for tenors.
<hundreds> people took part in a run along the river.
"""

LAYOUTS = {
    "project": "@dateline ^@open @body*3 @quote @close",
    "project_headline": "@headline\n\n@open @body*2 @quote @body @close",
    "project_quote_first": "@quote @open @body*2-3",
    "incident": "@dateline ^@incident @incbody*3 @incquote",
    "incident_long": "@incident @incbody*2 @incquote @incbody*2",
    "animal": "@animal @anibody*3 @aniquote",
    "animal_dateline": "@dateline ^@animal @aniquote @anibody*3-4",
    "business": "@firm @firmbody*4",
    "business_dateline": "@dateline ^@firm @firmbody*3-5",
    "election": "@vote @votebody*4-5",
    "election_dateline": "@dateline ^@vote @votebody*3 @close",
    "ticker": "@dateline\n- @item\n- @item\n- @item\n- @item\n- @item",
    "ticker_short": "@dateline ^@item @item @item @open",
    "mixed": "@open @body @quote\n\n@incident @incbody @incquote\n\n@animal @anibody",
}


def _setup(rng: random.Random, lex: Lexicon) -> dict[str, str]:
    bound = _prose.common(rng, lex)
    names = ("thing", "short", "group", "done", "danger")
    bound.update(zip(names, rng.choice(PROJECTS), strict=True))
    names6 = ("incident", "theincident", "happened", "where", "stuff", "cause")
    bound.update(zip(names6, rng.choice(INCIDENTS), strict=True))
    bound.update(zip(("firm", "goods"), rng.choice(FIRMS), strict=True))
    bound["formal"] = "yes"
    bound["house"] = lex.draw(rng, lex.families)
    bound["animal"] = rng.choice(ANIMALS)
    bound["paper"] = rng.choice(PAPERS)
    bound["TOWN"] = bound["town"].upper()
    bound["pet"] = rng.choice(("Bruno", "Daisy", "Captain", "Pepper", "Biscuit", "Rosie", "Hector", "Mabel"))
    return bound


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = _prose.templates(POOLS, LAYOUTS, _setup)
