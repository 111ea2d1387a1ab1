"""Minutes of meetings: those present, numbered items, decisions, votes that add up, the next date."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from neuronview.demo.kinds import _prose

if TYPE_CHECKING:
    from neuronview.demo.lexicon import Lexicon

BODIES = (
    "Garden Club",
    "Parents' Committee",
    "Tenants' Association",
    "Board of Directors",
    "Choir",
    "Works Council",
    "Historical Society",
    "Library Board",
    "Rowing Club",
    "Safety Committee",
    "Village Council",
    "Editorial Board",
)
MATTERS = (
    ("the summer party", "the tent", "held in the school yard"),
    ("the leaking roof", "the tiles", "repaired before the winter"),
    ("the budget", "the figures", "approved as it stands"),
    ("the new website", "the photographs", "finished by the spring"),
    ("the membership fee", "the reduced rate", "raised by two pounds"),
    ("the newsletter", "the printing", "sent by e-mail"),
    ("the parking problem", "the signs", "discussed with the neighbours"),
    ("the annual report", "the tables", "printed in colour"),
    ("the heating", "the old boiler", "switched off at night"),
    ("the playground", "the swings", "closed until further notice"),
    ("the trip to {city}", "the coach", "postponed by a week"),
    ("the lottery", "the prizes", "repeated next year"),
    ("the computers", "the passwords", "replaced one by one"),
    ("the kitchen", "the dishwasher", "cleaned once a week"),
)

POOLS = """
@head
Minutes of the meeting of the <town> <body>, <day>, <dom> <month> <year>
<body>: minutes of the <nth> meeting, held at <no> <street> on <dom> <month>
MINUTES - <body> - <dom> <month> <year>

@present
Present: <A.full> (chair), <B.full> (treasurer), <C.full>, <D.full> (minutes). Apologies: {full#9}.
In the chair: <A.full>. Also present: <B.full>, <C.full>, <D.full>.
<A.title> (chair), <B.title>, <C.title> and, from item 3, <D.title>.

@opened
<A.last> opened the meeting at <time> and welcomed everyone.
The meeting began at <time>, <n> minutes late.
The chair called the meeting to order at <time>.
As there were enough members present, the meeting could begin at <time>.

@last
The minutes of the last meeting were approved without changes.
The minutes of the previous meeting were read and, after one correction, approved.
<B.last> pointed out that <B.his> name had been misspelt in the last minutes.
There were no matters arising.
The agenda was accepted, with item 5 to be taken before item 4.

@first
<m1> <p1>. <B.last> reported that <detail1> had cost <price>, more than expected.
<m1> <p1>. <C.last> asked why nothing had been done about <detail1>.
<m1> <p1>. There was a long discussion, in the course of which several members raised their voices.
<m1> <p1>. It was agreed that <m1low> should be <done1>.
<m1> <p1>. After some discussion of <detail1>, the matter was put to the vote: <for> in favour, <against>
  against, <abst> abstained. The motion was therefore carried.
<m1> <p1>. <A.last> explained that <m1low> would have to be <done1>, whether people liked it or not.

@second
<m2>. <D.last> presented three offers for <detail2>; the cheapest was accepted.
<m2>. Nobody was able to say who was responsible for <detail2>.
<m2>. <C.last> proposed that <m2low> be <done2>. <B.last> seconded the proposal. Carried.
<m2>. <B.last> warned that unless <detail2> could be paid for, nothing would come of it.
<m2>. The members were asked to send their ideas to <C.last> by <day3>.
<m2>. <D.last> has received <n> letters about <detail2>, not all of them friendly.
<m2>. A decision was put off until <month2>, since the figures were not yet available.

@third
<m3>. Action: <C.last> to find out what <detail3> would cost.
<m3>. No progress to report.
<m3>. It was pointed out that <detail3> had already been promised twice.
<m3>. <A.last> thanked all those who had helped, above all <D.last>, without whom it would not have been
  possible.
<m3>. If nobody volunteers by <nextday>, <m3low> cannot be <done3>.
<m3>. <B.last> asked that <B.his> objection be recorded. This was done.
<m3>. It was decided, by <for> votes to <against>, that <m3low> should be <done3>.

@more
It was felt that {a adj.good} {furniture} would do just as well.
<D.last> drew attention to the state of the {building_part}.
A letter from {a profession} in <town2> was read out and discussed.
<B.last> regretted that so few members had replied to the last letter.
The offer of a free {instrument} was declined with thanks.
Three questions remain: who, when and with whose money?
After a break of ten minutes the discussion was resumed.
Had the figures been available earlier, a decision could have been reached.
<C.last> asked for more time; this was granted.
Somebody at the back suggested that {animal:plural} might be the cause.
<C.last> wondered whether this was really necessary.
In <B.last>'s opinion, the money could be better spent.
<D.last> offered to look into it and to report back in <month2>.
It was noted that similar plans had failed in <year0>.
The chair reminded members that the time was limited.
Several members said that they had not been informed.
<B.last> disagreed, saying that it was too early to draw any conclusions.
The question of who should pay was left open.
A working group was set up, consisting of <B.last>, <C.last> and <D.last>.
<C.last> left the meeting at this point.
"We have been through all this before," remarked <D.last>.
Both proposals were rejected, the first for lack of money, the second for lack of interest.
No one objected.
<A.last> will write to the council; <B.last> will check the accounts.
The costs are not to exceed <price>.
Should there be any money left over, it will go to charity.

@money
The treasurer reported an income of <in> and expenses of <out>, which leaves a balance of <balance>.
At the end of <month> the account stood at <balance>: <in> received, <out> paid.
Income: <in>. Expenses: <out>. Balance: <balance>.

@other
The lost property includes {a clothes}, {a tool} and {a toy}.
<A.last> will be away until the end of <month2>; <B.last> will take the chair.
A member complained about {mass.food} on the {furniture:plural}.
<C.last> has offered to give a talk on {mass.subject}.
<D.last> has found an umbrella, which may be collected from <D.him>.
<C.last> would like to see more biscuits at future meetings.
It was suggested that the windows be opened from time to time.
The broken chair was mentioned again.
Members are asked to switch off the lights when they leave.
There was none.

@end
There being no further business, the meeting closed at <time2>.
The meeting ended at <time2>. Next meeting: <nextday>, <dom2> <month2>.
<A.last> thanked everybody for coming and closed the meeting at <time2>.
The next meeting will take place on <dom2> <month2> at <time>.
"""

LAYOUTS = {
    "numbered": "@head\n\n@present\n\n1. @opened @last\n2. @first\n3. @second\n4. @third\n"
    "5. Any other business. @other\n\n@end",
    "numbered_long": "@head\n@present\n\n1. @opened\n2. @last\n3. @first @more\n4. @second @more\n\n@end",
    "money": "@head\n\n1. Accounts. @money\n2. @first @more\n3. @third\n4. @end",
    "prose": "@opened @present @last @more*3 @end",
    "prose_money": "@head\n\n@opened @money @more*3 @end",
    "actions": "Actions from the meeting on <dom> <month>:\n1. <A.full>: write to the council about <m1low>.\n"
    "2. <B.full>: ask for offers for <detail2>.\n"
    "3. <C.full>: report on <m3low> in <month2>.\n4. All: read the minutes.\n\n@end",
    "agenda": "Agenda for <day>, <dom> <month>, <time>\n\n1. Welcome\n2. Minutes of the last meeting\n"
    "3. <m1>\n4. <m2>\n5. <m3>\n"
    "6. Any other business\n7. Date of the next meeting",
    "letters": "@head\n\nA. @first\nB. @second\nC. @third @more\n\n@end",
    "times": "<time>: ^@opened @last\n@first @more\n@second\n<time2>: ^@end",
    "short": "@opened @last @first @end",
    "middle": "4. @second @more\n5. @third @more\n6. Any other business. @other @other\n7. @end",
    "items": "Item 1: ^@first\nItem 2: ^@second @more\nItem 3: ^@third\nItem 4: other business. @other",
}


def _setup(rng: random.Random, lex: Lexicon) -> dict[str, str]:
    bound = _prose.common(rng, lex)
    for i, (matter, detail, done) in enumerate(rng.sample(MATTERS, 3), 1):
        low = matter.replace("{city}", bound["city"])
        bound |= {f"m{i}": low[4].upper() + low[5:], f"m{i}low": low, f"detail{i}": detail, f"done{i}": done}
    bound["formal"] = "yes"
    bound["price"] = f"£{rng.randint(12, 480)}"
    spent, saved = rng.randint(40, 900), rng.randint(10, 700)
    bound |= {"in": f"£{spent + saved}", "out": f"£{spent}", "balance": f"£{saved}", "body": rng.choice(BODIES)}
    against = rng.randint(0, 5)
    bound |= {"for": str(against + rng.randint(1, 8)), "against": str(against), "abst": str(rng.randint(0, 3))}
    bound["p1"] = rng.choice(("(continued)", "and related matters", "again", "in general"))
    return bound


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = _prose.templates(POOLS, LAYOUTS, _setup)
