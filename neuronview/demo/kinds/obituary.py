"""Obituaries and notices of death: lives told in order, with ages and years that agree. None of these people lived."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from neuronview.demo.kinds import _prose

if TYPE_CHECKING:
    from neuronview.demo.lexicon import Lexicon

# profession, field, works, what was loved
LIVES = (
    ("botanist", "mosses", "books on ferns", "rainy days"),
    ("violinist", "chamber music", "recordings", "silence"),
    ("teacher", "spelling", "generations of pupils", "bad jokes"),
    ("architect", "bridges", "railway stations", "straight lines"),
    ("baker", "rye bread", "thousands of loaves", "the smell of yeast"),
    ("surgeon", "the human hand", "scientific papers", "crossword puzzles"),
    ("poet", "rhyme", "slim volumes of verse", "long walks"),
    ("clockmaker", "church clocks", "careful repairs", "punctual people"),
    ("photographer", "street scenes", "pictures of strangers", "cats"),
    ("engineer", "lifts", "patents", "mountains"),
    ("judge", "family law", "wise decisions", "detective stories"),
    ("gardener", "roses", "new varieties", "his or her own tomatoes"),
    ("sailor", "the northern seas", "diaries", "a strong cup of tea"),
    ("translator", "forgotten novelists", "translations", "dictionaries"),
    ("footballer", "the art of defending", "trophies", "dancing"),
    ("midwife", "difficult births", "healthy babies", "motorcycles"),
)

POOLS = """
@open
<A.full>, the <town> <job>, has died at the age of <years>.
<A.full>, who died on <day> at the age of <years>, never wanted to be anything but a <job>.
With the death of <A.full>, <town> has lost its best-known <job>.
Few people knew more about <field> than <A.full>, who has died aged <years>.
<A.full>, <job>, born <dom> <month> <born>, died <dom2> <month2> <died>.
"I have been lucky," <A.full> used to say, and those who knew <A.him> believed it.
It is with great sadness that we announce the death of <A.full>.
On <day> night, surrounded by <A.his> family, <A.full> died peacefully at home.
When <A.full> opened <A.his> first workshop, nobody in <town> had ever heard of <field>.
To many people <A.full> was simply the <job>; to us <A.he> was a friend.

@child >
<A.last> was born in <town2> in <born>, the youngest of <n> children.
The <child> of a <job2>, <A.he> grew up in a house without books.
<A.his> father was a <job2>; <A.his> mother, who had wanted to study, ran a small shop.
As a child <A.he> was often ill, and it was in bed that <A.he> discovered <A.his> love of <field>.
Nothing in <A.his> early life suggested that <A.he> would become a <job>.
At school <A.he> was considered lazy, an opinion that <A.he> never tried to correct.
Born in <born>, <A.he> belonged to a generation that did not talk about its feelings.

@career >
In <began>, at the age of <young>, <A.he> moved to <city> to become a <job>.
<A.he> learnt the trade from <B.full>, who became a lifelong friend.
Having failed <A.his> examinations twice, <A.he> passed them with distinction in <began>.
It was in <city> that <A.he> began to take an interest in <field>.
By <middle> <A.his> name was known far beyond <city>.
<A.his> <works> are still talked about wherever people meet who care about <field>.
Had it not been for <B.full>, who believed in <A.him> from the start, <A.he> might have given up.
<A.he> was offered better-paid positions abroad but turned them all down.
There was hardly a prize that <A.he> did not receive, and not one that <A.he> hung on the wall.
<A.he> never published a word about <A.himself>.
Between <began> and <middle> <A.he> travelled through <country>, partly on foot, partly by bus.
Younger colleagues feared <A.his> questions and loved <A.his> answers.
"You can't learn <field> from a book," <A.he> told <A.his> students. "You have to get your hands dirty."
After <middle> <A.he> worked less, though <A.he> never really retired.

@private
<A.he> collected {tool:plural}, spoke to {animal:plural} and wore the same [hat|coat|pair of
  boots|jacket] for thirty years.
Friends would find <A.him> in the {room}, bent over {a text}, a forgotten cup of {mass.drink} at <A.his>
  elbow.
<A.he> could be {adj.person} and {adj.person} within the same minute, but never dull.
In <A.his> free time <A.he> played the {instrument}, badly and with great pleasure.
In <wed> <A.he> married <C.full>, whom <A.he> had met on a train.
<A.he> loved <loves>, hated telephones and could not cook.
<A.his> house was open to everyone, and there was always an extra plate on the table.
Those who met <A.him> for the first time were struck by <A.his> modesty.
<A.he> was not an easy person, and <A.he> knew it.
If you asked <A.him> how <A.he> was, <A.he> would talk about the weather.
Neighbours remember <A.him> in <A.his> old {adj.colour} [coat|hat|jumper|scarf], with a
  [little|huge|grey|noisy]
  [dog|cat|parrot|goose] at <A.his> side.
On Sundays <A.he> could be found in the {building}, where <A.he> played cards for matches.
<A.he> once walked out of a dinner because somebody had been rude to the waiter.
Even in <A.his> last years, when <A.he> could no longer see, <A.he> knew every {plant} in the garden by
  its smell.
<A.he> kept <A.his> sense of humour to the very end.
Money meant nothing to <A.him>; time meant everything.

@quote
"If you wanted {mass.abstract}, you went to <A.last>," <B.full> says. "If you wanted the truth, you went
  to <A.last>, too."
"<A.he> was [patient|stubborn|modest|cautious], <A.he> was [generous|witty|brave|honest], and <A.he> was
  the best friend I ever had," said <C.full>.
"<A.he> taught me to look twice," said <B.full>, a former colleague.
"I never heard <A.him> raise <A.his> voice," <B.full> recalls, "and I never heard <A.him> lie."
Asked at <age80> what <A.he> was most proud of, <A.he> replied: "That my neighbours still greet me."
"We argued for <n2> years," says <B.full>, "and I would give anything to argue with <A.him> again."
"Don't make a fuss" were the last words that anyone heard from <A.him>.

@end
<A.he> is survived by <C.full>, <n> children and <n2> grandchildren.
<A.he> leaves <n> children. <C.full>, to whom <A.he> had been married for <married> years, died in
  <widowed>.
The funeral will take place in <town> on <nextday> at <time>.
Flowers are not wanted; donations may be sent to the <town> hospital.
There will be no service, just as <A.he> wished, but there will be music.
<A.he> will be missed.
A street in <town> is to be named after <A.him>.
Who will take <A.his> place? No one, one suspects.

@notice
<UPPER>, <A>, of <no> <street>, <town>, on <dom> <month>, aged <years>. Much loved by <C> and the children.
In loving memory of <A.full>, <born>-<died>.
After a long illness, borne with patience, <A.full> has left us.
<A.full>, <job>. Born in <town2> in <born>, died in <town> in <died>.

@noticebody
All who knew <A.him> are invited to the church on <nextday> at <time>.
No black clothes, please.
We thank the nurses of ward <n> for their care and their cheerfulness.
The memory of <A.his> laughter will stay with us.
What remains is gratitude.
You are not gone as long as somebody tells your stories.
Instead of flowers, plant a tree.
The family asks that there be no visits at home.
Rest in peace, old friend.
"""

LAYOUTS = {
    "life": "@open @child @career*3 @private @end",
    "life_long": "@open\n\n@child @career*3\n\n@private*2 @quote @end",
    "career": "@open @career*4 @end",
    "private": "@open @private*3 @quote @end",
    "quote_first": "@quote @open @child @career*2 @end",
    "notice": "@notice @noticebody*3",
    "notice_lines": "@notice\n@noticebody\n@noticebody\n@noticebody",
    "childhood": "@open @child*2 @career @private*2",
    "headed": "<A.full> (<born>-<died>)\n\n@child @career*2 @private @end",
    "headed_list": "<A.full>, <job>\n\nBorn: <dom> <month> <born>, <town2>\nMarried: <C.full>, <wed>\n"
    "Died: <dom2> <month2> <died>, <town>\n\n"
    "@career*2 @private",
    "friend": "@private*2 @quote @career*2 @end",
    "short": "@open @career @private @end*2",
    "speech": "Dear friends, we have come together to say goodbye to <A.full>. @child @career @private*2 @noticebody",
}


def _setup(rng: random.Random, lex: Lexicon) -> dict[str, str]:
    bound = _prose.common(rng, lex)
    bound.update(zip(("job", "field", "works", "loves"), rng.choice(LIVES), strict=True))
    bound["loves"] = bound["loves"].replace("his or her", bound["A.his"])
    bound["formal"] = "yes"
    years, young = rng.randint(71, 99), rng.randint(18, 27)
    born = rng.randint(1895, 2026 - years)
    wed = born + rng.randint(22, 34)
    widowed = wed + rng.randint(20, years - 37)
    ages = {"born": born, "years": years, "died": born + years, "young": young, "began": born + young}
    ages |= {
        "middle": born + rng.randint(40, 60),
        "wed": wed,
        "widowed": widowed,
        "married": widowed - wed,
        "age80": years - rng.randint(1, 8),
    }
    bound.update({key: str(value) for key, value in ages.items()})
    bound.update(UPPER=bound["A.last"].upper(), job2=lex.noun(rng, "profession"))
    bound["child"] = "daughter" if bound["A.he"] == "she" else "son"
    return bound


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = _prose.templates(POOLS, LAYOUTS, _setup)
