"""Unfavourable reviews: products, books and films, restaurants, hotels, repairs, courses."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from neuronview.demo.kinds import _prose, _reviews

if TYPE_CHECKING:
    from neuronview.demo.lexicon import Lexicon

POOLS = """
@stars
One star.
*
Rating: <two> out of ten
Never again!
Don't waste your money
"A great disappointment"
Avoid
Zero stars, if that were possible

@buy
I bought this <thing> <why>, and I regret it.
After only <n> days, this <thing> fell apart in my hands.
What a waste of money!
I wish I had read the other reviews before I ordered this <thing>.
My <relative> gave me this <thing>, otherwise I would have sent it back at once.
For <price> one might expect a <thing> that works.
If you are looking for a good <thing>, look somewhere else.
I have never been so annoyed by a <kind>.

@product
<p1low> and <p2low> don't fit together, no matter how hard you push.
First <p1low> came off, and then <p2low> did.
It has been <used> three times at the most and already looks ten years old.
As for <p3low>, the less said about it, the better.
The instructions have obviously been translated by a machine, and not by a very clever one.
It arrived two weeks late, in a box that looked as if somebody had sat on it.
The only good thing about it is the box.
When I complained about <p2low>, I was told that nobody else had ever complained.
It's heavier than it looks, and it smells of {adj.taste} {food:plural}.
The <thing> I had before, which was half the price, was twice as good.
In the picture it was {adj.colour}; mine is {adj.colour}.
My <relative> tried to repair it and cut a finger.
Either I was sent the wrong one or they don't test these things.
Not only is it ugly, it is also dangerous.
How can anyone sell a <thing> without checking <p1low>?
I've written to the company <n> times and have yet to receive an answer.
To be fair, it did work for the first hour.

@storyopen
"<title>" is the sort of <story> that makes you look at your watch.
I had heard so much about "<title>" that I was bound to be disappointed, but not this much.
Life is too short for a <story> like "<title>".
With "<title>", <D.full> has proved that even good people can have bad ideas.
By the second <unit> of "<title>" I knew how it would end.
Who on earth thought that we needed another <story> about {a profession} and {a animal}?

@story
<s1low> makes no sense, and nobody seems to care.
<s2low>, {a adj.person} {profession} from <town>, does nothing but complain.
It is hard to say what <s4low> was thinking of.
There are <n> good ideas in it, and none of them is new.
It tries to be funny and is merely loud.
<s3low>, which everybody except <s2low> sees coming, takes forever.
I have seen more {mass.emotion} in a telephone book.
It claims to be set in <country> in <year0>, yet people talk as though they had just come from a
  supermarket.
Half of the audience left before the end; I envied them.
If there is a joke in it, I missed it.
Nothing happens, and it happens very slowly.
Even the {animal} looked bored.
Whenever it threatens to become interesting, somebody starts to sing.
You would think that somebody had read it before it was let loose on the public, wouldn't you?
I wanted to like it, I really did.

@eatopen
We had dinner at <A>'s on <day> and will not be going back.
<A>'s used to be the best restaurant in <town>; those days are over.
If you like waiting, you'll love <A>'s.
It was my <relative>'s birthday, and we had booked a table at <A>'s weeks before.
Where shouldn't you eat in <town>? I can tell you.

@eat
<meal> was cold, <sweet> still frozen.
The waiter forgot our order, then our drinks, and finally us.
<meal> came with {food:plural} that had seen better days.
Although the place was empty, we had to wait for an hour and a half.
The portions are so small that we bought a sandwich on the way home.
When I said that there was a hair in <meal>, I was asked whether it was mine.
We paid <price> for the privilege.
The bread was stale, the water warm and the music unbearable.
Nobody apologised.
"That's how it's supposed to taste," said the cook, and perhaps it is.
They had run out of everything except <sweet>.
My fork was dirty, and so was the knife with which it was replaced.

@stayopen
We had booked <n> nights at the {Adj.colour} {Animal} Hotel in <town> and left after one.
The photographs of this hotel must have been taken a very long time ago.
I've slept better on a bench.
The course in {mass.subject} was a complete waste of time.

@stay
The staff were rude when they were there at all.
Our [room|bathroom|suite|little room] was dark, damp and smelled of {adj.texture} {animal:plural}.
From the window we had a view of a wall.
When I asked for another {furniture}, the man at the desk just laughed.
Breakfast was over by the time we came down, and it was only eight.
Everything was {adj.bad}, from the {furniture:plural} to the {kitchen:plural}.
They charged us for a towel that we had never seen.
Nobody could tell us why there was no hot water.
All night long somebody was moving {furniture:plural} above our heads.
<A>, who runs the place, told us that we should have gone elsewhere. We agree.

@end
I want my money back.
All in all, a disaster.
You have been warned.
Would I recommend it? Only to my enemies.
Save your money.
I can't think of a single reason to go there again.
Never, never again.
I'd give no stars if I could.
Somebody ought to be ashamed.
Perhaps I was unlucky, but I'm not going to try a second time.
If this is progress, I would rather have the past.
"""

LAYOUTS = _reviews.layouts(pros_cons="<Thing>\n\nGood: it was cheap.\nBad: ^@product @product\nConclusion: ^@end")
TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = _prose.templates(POOLS, LAYOUTS, _reviews.setup)
