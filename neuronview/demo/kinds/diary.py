"""Diary entries: days at work and at home, worries, illness, small joys, a secret, a dream, a plan."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from neuronview.demo.kinds import _prose

if TYPE_CHECKING:
    from neuronview.demo.lexicon import Lexicon

TOPICS = (
    ("the exam", "studying for it", "passed"), ("the move", "packing boxes", "over"),
    ("the garden", "digging", "finished"), ("the wedding", "writing invitations", "behind us"),
    ("the new job", "getting up early", "mine"), ("the marathon", "running", "over"),
    ("the concert", "practising", "over"), ("the novel", "writing", "finished"),
    ("the interview", "preparing answers", "behind me"), ("the shed", "hammering", "painted"),
    ("the play", "learning my lines", "over"), ("the baby", "washing tiny clothes", "here"),
)  # fmt: skip
WEATHERS = (
    "Rain all day",
    "Fog",
    "Clear and cold",
    "Hot",
    "First snow",
    "Wind from the east",
    "Grey",
    "Sunny at last",
    "Thunder",
)
LITTLE = (
    "a postcard",
    "an old key",
    "a dead beetle",
    "a five-pound note",
    "my lost glove",
    "a photograph",
    "a love letter",
)

POOLS = """
@date
<day>, <dom> <month>
<month> <dom>, <year>
<day> night
<dom> <month>. <weather>.
<day>. <weather>.
Day <n2>
[One|Two|Three] in the morning, cannot sleep

@start
Dear diary,
Another day gone.
What a day!
Nothing happened today, or almost nothing.
I don't know where to begin.
So much for good intentions.
Woke at <oclock> and couldn't get back to sleep.
Too tired to write much.
I promised myself that I would write every day, and here I am, <n> weeks later.
Today I turned <age>.
Let me write this down before I forget it.

@morning
Got up before everyone else and had the kitchen to myself.
The alarm didn't go off, so I missed the bus and had to run.
I spent the whole morning <work>.
At breakfast <A> announced that <A.he> was leaving <town>.
Coffee, toast, a walk to the post office, and then back to <topic>.
The postman brought a letter from <B>, which I haven't opened yet.
I burnt the porridge again.
Before I had even brushed my teeth, the telephone rang; it was <A>, in tears.
It was so cold that the milk had frozen on the doorstep.
I had hardly sat down when somebody knocked.
For once I did not have to hurry, and I enjoyed every minute of it.
Found <little> in the pocket of my winter coat.

@day
Spent far too much on {a adj.colour} {clothes}, and for what?
There was {a adj.size} {animal} in the {room} this morning, and nobody could say how it had got in.
<A> has become {a profession}, of all things!
I looked for the {tool} everywhere, in the {room}, in the {room}, even under the {furniture}; it was in
  my hand.
Why is it that {profession:plural} are always so {adj.mood}?
{mass.weather} or no {mass.weather}, I went for a walk as far as the {building}.
I have decided to give up {mass.food}, at least until <day3>.
What I wouldn't give for {a adj.taste} {food} and an hour of {mass.abstract}!
<B> told me about {a profession} who had fallen in love with {a profession}; it didn't end well.
The {furniture} has finally been delivered, but it won't go through the door.
At work nobody mentioned <topic>, and neither did I.
Met <A> by chance in <street>; we pretended to be pleased to see each other.
<A> says that I worry too much about <topic>, and <A.he> is probably right.
I was going to tell <B> the truth, but then <B.he> smiled at me and I couldn't.
In the afternoon I fell asleep over a book and dreamt of the sea.
I bought <n> apples, a loaf of bread and a notebook that I don't need.
Someone had left <little> on the bench in the park, so I handed it in.
Why do I always say yes when I mean no?
We argued about money again, quietly, so that the children wouldn't hear.
There's a crack in the ceiling that looks like a rabbit.
<A> made me laugh so hard that I spilled my tea.
If I had known how much work <topic> would be, I would never have begun.
I tried to concentrate on <topic>, but the man next door was drilling.
Walked home the long way, past the house where we used to live.
Lunch with <C>, who talked about <C.himself> for two hours without stopping.
My back hurts, my head hurts, even my hair hurts.
The doctor says it's nothing; I'd feel better if he had said it more slowly.
It began to rain just as I hung out the washing, of course.
I could have said something clever. Instead I said "Oh."
The children built a tower of chairs and were very offended when we wanted to sit down.
Two people told me today that I looked tired, which made me tired.
I keep thinking about what <B> said on <day>.
Nobody remembered my birthday except the dentist.
For the first time in months I sang in the bath.

@person
I wonder whether <A> knows that I know.
Every time <A.he> looks at me, I drop something.
<A> and I have been friends for <n2> years, and yet there are things I have never told <A.him>.
Perhaps I should write to <A.him>. Perhaps I should wait until <A.he> writes to me.
<A> has a way of listening that makes you say more than you meant to.
What would I do without <A>? I'd rather not find out.
I haven't seen <A> since <month>, but today I thought I heard <A.his> voice on the stairs.
<A.He> didn't say goodbye. <A.He> just put on <A.his> coat and went.

@evening
Potato soup for supper.
In the evening <B> came round with a bottle of wine and stayed until <oclock>.
Now it is dark, the others are asleep, and I can hear the clock.
We sat outside until the stars came out.
Later I telephoned Mother, who wanted to know whether I was eating properly.
Washed up, fed the cat, locked the door.
I ought to be in bed, but the house is so quiet that I can't bear to waste it.
Played cards with <B> and lost every game.
Then the lights went out, and nobody could find the candles.

@reflect
How quickly the years go by!
Sometimes I think that I only write these things down in order to get rid of them.
I'm not unhappy, exactly; I'm just waiting for something, and I don't know what.
Is this what people mean when they talk about growing up?
One thing I have learnt: never discuss <topic> before breakfast.
I used to believe that everything would be different once <topic> was <done>. Now I'm not so sure.
Either I am getting older or the stairs are getting steeper.
It isn't fair, but then, who ever said that it would be?
Looking back, I can see that I was wrong, though not as wrong as <A> thinks.
I have decided to be kinder, starting with myself.

@plan
Tomorrow: <work>, and nothing else.
If the weather is better tomorrow, I'll go out early.
<n2> more days until <topic> is <done>.
Must remember to buy stamps, soap and string.
Tomorrow I shall tell <B> everything. I mean it this time.
Next week I'm going to <town2>, whether <A> likes it or not.
Things to do: answer <B>, mend the gate, sleep.
Enough for today.
Good night.
More tomorrow, if I'm still alive.

@dream
Last night I dreamt that I was back at school and had forgotten how to read.
I dreamt of a house with <n2> rooms, and in every room there was a clock that showed a different time.
A strange dream: <A> was a bird, and I was trying to teach <A.him> to swim.
In my dream I was late for <topic>, and the road grew longer with every step.

@dreambody
Nobody else seemed to think that this was odd.
I wanted to call out, but I had no voice.
Then the floor turned into water, and everybody but me could swim.
<B> was there too, dressed as a policeman, eating cherries.
The strange thing is that I wasn't afraid at all.
I woke up just before it ended, as one always does.
What does it mean? Nothing, I suppose. Too much cheese.
When I opened my eyes, it was still raining.
"You can't go in there," someone said, "because you never came out."

@ill
In bed with a cold.
Fever again, <temp> this morning, a little less tonight.
Still ill.
The doctor came at <time> and told me to stay in bed until <nextday>.

@illbody
Everything tastes of metal, even the tea.
<A> reads to me and does all the voices.
I have counted the roses on the wallpaper: there are <hundreds>.
From here I can see a roof, half a tree and, if I lift my head, the church clock.
It's odd how loud a house is when you lie still in it.
I've read <n> detective stories, and the murderer was the doctor in every one of them.
Slept, woke, drank, slept.
I am not allowed to think about <topic>, so I think of nothing else.
"You look dreadful," said <B>, who has never learnt to lie.
"""

LAYOUTS = {
    "day": "@date\n\n@start @morning @day*3 @evening @plan",
    "day_short": "@date\n@morning @day*2 @plan",
    "day_start": "@start @morning @day*2 @reflect @evening",
    "person": "@date\n\n@start @person*2 @day @person @reflect",
    "person_only": "@person @day @person*2 @plan",
    "dream": "@date\n\n@dream @dreambody*3-4 @day",
    "dream_start": "@start @dream @dreambody*3",
    "ill": "@date\n\n@ill @illbody*4 @plan",
    "evening": "@date\n@evening*2 @reflect*2 @plan",
    "three_days": "<day>. @morning @day\n\n<nextday>. @day @evening\n\n<day3>. @day @plan",
    "short_notes": "<dom> <month>: ^@day @plan\n<dom2> <month>: ^@morning @reflect",
    "worries": "@date\n\n@reflect @day*3 @reflect @evening",
}


def _setup(rng: random.Random, lex: Lexicon) -> dict[str, str]:
    bound = _prose.common(rng, lex)
    bound.update(zip(("topic", "work", "done"), rng.choice(TOPICS), strict=True))
    bound.update(weather=rng.choice(WEATHERS), little=rng.choice(LITTLE), temp=f"{rng.randint(378, 399) / 10}")
    return bound


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = _prose.templates(POOLS, LAYOUTS, _setup)
