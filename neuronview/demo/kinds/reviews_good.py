"""Favourable reviews: products, books and films, restaurants, hotels, concerts, courses."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from neuronview.demo.kinds import _prose, _reviews

if TYPE_CHECKING:
    from neuronview.demo.lexicon import Lexicon

POOLS = """
@stars
Five stars.
*****
Rating: <nine> out of ten
Excellent!
Highly recommended
"Better than I dared to hope"
Worth every penny
A real find

@buy
I bought this <thing> <why>, and I couldn't be happier with it.
After <n> months of daily use, I can say that this <thing> is the best I have ever owned.
What a lovely <thing>!
I don't usually write reviews, but this <thing> deserves one.
My <relative> gave me this <thing>, and now I wonder how I ever lived without it.
I was doubtful at first, because the <thing> cost <price>, but it has been worth it.
If you are looking for a good <thing>, look no further.
This is exactly the <kind> I had been searching for.

@product
<p1low> and <p2low> are very well made, and <p3low> feels as if it would last for years.
I particularly like <p1low>, which can be cleaned in seconds.
It has been <used> nearly every day since <month> and still looks new.
Even <p2low>, always the weak point of a <thing>, has held up well.
The instructions are short, clear and, for once, written in proper English.
It arrived a day earlier than promised and was carefully packed.
My only complaint, and it's a small one, is that <p3low> could be a little bigger.
When I had a question about <p2low>, somebody answered the telephone at once.
It's lighter than it looks, yet it doesn't seem fragile at all.
Unlike the <thing> I had before, it makes almost no noise.
The colour is {adj.colour} rather than {adj.colour}, but I have come to like it.
My <relative> was so impressed that I had to order another one.
You get what you pay for, and in this case you get rather more.
It may not be cheap, but it's certainly good value.
Whoever designed <p1low> must have thought of people with small hands.
I dropped it twice, and nothing happened.

@storyopen
"<title>" is the kind of <story> that you want to begin again as soon as it is over.
I hadn't laughed and cried so much over a <story> for years.
It isn't often that a <story> keeps me awake until three in the morning.
With "<title>", <D.full> has given us <D.his> finest work so far.
From the first <unit> of "<title>" I was lost to the world.
Who would have thought that a <story> about {a profession} and {a animal} could be so moving?

@story
<s1low> is simple, but nothing about it is predictable.
<s2low>, {a adj.person} {profession} from <town>, is someone you'd like to have as a friend.
What makes it special is the way in which <s4low> trusts the <reader> to understand.
There is not one <unit> too many.
It is funny without being cruel and sad without being sentimental.
<s3low>, which I won't give away, left me speechless.
Seldom has {mass.emotion} been described with such tenderness.
Although it is set in <country> in the year <year0>, it speaks of things that concern us all.
I was reminded of my own childhood more than once.
There are some weaknesses, to be sure, especially towards the middle, but they hardly matter.
Every word sounds true.
Scenes that could have been ridiculous are played with great dignity.
When <s2low> finally says "I knew it all along", you could have heard a pin drop.
Children will enjoy it as much as their grandparents.

@eatopen
We had dinner at <A>'s on <day> and were delighted from beginning to end.
Hidden in a side street behind the {building}, <A>'s is easy to miss, which would be a shame.
If I lived in <town>, I would eat at <A>'s every week.
My <relative> chose the restaurant, and for once we all agreed.
Where should you eat in <town>? At <A>'s, of course.

@eat
<meal> was perfectly cooked, <sweet> even better.
The waiter knew what was in every dish and never made us feel that we were in the way.
<meal> came with {food:plural} and {a adj.taste} sauce that I could have drunk from a glass.
Although the place was full, we never had to wait.
Portions are generous, so leave some room for <sweet>.
Our children were given crayons, paper and a great deal of patience.
Prices are fair: we paid <price> for the two of us, wine included.
The bread is baked on the spot and still warm when it comes to the table.
You can hear yourself talk, which is rare enough nowadays.
I asked for the recipe of <sweet>; the cook only smiled.
Nothing was too much trouble for them.
They even remembered that I don't eat {food:plural}.

@stayopen
We spent <n> nights at the {Adj.colour} {Animal} Hotel in <town> and didn't want to leave.
A quiet, spotless hotel, only <n> minutes from the station.
I've stayed in many hotels, but in none where I slept so well.
The course in {mass.subject} was the best thing that I did last year.

@stay
The staff were friendly without being pushy.
Our [room|bathroom|suite|little room], though small, had everything one could need.
From the window we could see the {landscape} and, on a clear day, the sea.
When I left my {clothes} behind, it was sent after me free of charge.
Breakfast is served until eleven, so there's no need to hurry.
Everything was {adj.good}, from the {furniture:plural} to the {kitchen:plural}.
They let us keep the room until four, although nobody had asked them to.
One could tell that somebody cared.
<A>, who runs the place, has a gift for making people feel at home.

@end
I would buy it again without a moment's hesitation.
All in all, a great success.
Go and see for yourself!
Would I recommend it? With all my heart.
Thank you, and keep up the good work.
I can hardly wait for the next one.
We'll be back, and we'll bring our friends.
What more could you ask for?
Ten out of ten.
Don't think about it any longer: get it.
I have nothing to criticise, and that doesn't happen often.
"""

LAYOUTS = _reviews.layouts(
    pros_cons="<Thing>\n\nGood: ^@product @product\nLess good: nothing that I could think of.\nConclusion: ^@end"
)
TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = _prose.templates(POOLS, LAYOUTS, _reviews.setup)
