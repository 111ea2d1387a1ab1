"""Letters: to family and friends, thanks, apologies, complaints, applications, to an editor, to a neighbour."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from neuronview.demo.kinds import _prose

if TYPE_CHECKING:
    from neuronview.demo.lexicon import Lexicon

# gift, what the writer will do with it
GIFTS = (
    ("scarf", "wear it every morning"), ("cookery book", "try every page of it"),
    ("teapot", "think of you at breakfast"), ("jumper", "wear it all winter"),
    ("box of paints", "paint you a picture"), ("lamp", "read by it in bed"),
    ("fountain pen", "write all my letters with it"), ("pair of gloves", "never be cold again"),
    ("basket of pears", "make jam of what is left"), ("camera", "take it with me on our travels"),
)  # fmt: skip
GOODS = (
    ("kettle", "the lid does not close"), ("umbrella", "two of its ribs were broken"),
    ("armchair", "one leg is shorter than the others"), ("radio", "it makes no sound at all"),
    ("suitcase", "the handle came off at once"), ("lawn mower", "it refuses to start"),
    ("coat", "the left sleeve is longer than the right"), ("alarm clock", "it rings whenever it likes"),
    ("vacuum cleaner", "it smells of burning rubber"), ("bookcase", "half of the screws were missing"),
)  # fmt: skip
JOBS = ("gardener", "teacher", "librarian", "cook", "bookkeeper", "translator", "nurse", "receptionist", "carpenter")
CAUSES = ("the noise of the night buses", "the closing of the post office", "the new parking fees",
          "dogs in the park", "the felling of the lime trees", "litter on the beach", "the late trains")  # fmt: skip
RELATIVES = ("your uncle", "your cousin Ruth", "Granny", "your brother", "Aunt Clara", "your godmother")

POOLS = """
@dear
Dear <A>,
My dear <A>,
Dearest <A>,
Hello <A>!
Dear <A> and <B>,

@formal
Dear Sir or Madam,
Dear <A.title>,
Dear Sir,

@formaljob
Good morning,
Dear [hiring manager|personnel office|colleagues],
To whom it may concern:

@editordear
Dear Editor,
Sir,
To the editor of the <town> Gazette:

@place
<town>, <dom> <month> <year>
<day> evening
<no> <street>, <town>
On the train to <town>, <day>

@opening
I hope this letter finds you well.
Thank you for your long letter, which arrived on <day>.
I'm sorry that I haven't written for so long, but you know how it is.
It has been <n> weeks since I last heard from you, and I'm beginning to worry.
You won't believe what happened to us last <day>!
How are you, and how is everyone in <town2>?
At last I have found an hour to sit down and write to you.
I meant to telephone, but there are things which are easier to write than to say.
Your card made me laugh so much that the neighbours knocked on the wall.
Guess who came to see me yesterday?
Do you remember what you told me when we said goodbye?

@news
My {relative} has bought {a adj.size} {vehicle}, although nobody in the family can drive.
We're all {adj.mood} here, except for <relative>, who is {adj.mood} about the {furniture}.
There's {a adj.colour} {animal} living in the {building_part}; we have got used to the noise.
The {profession} from next door has married {a profession}, and they've moved into the old {building}.
<B> is learning to play the {instrument}, so I spend a lot of time in the garden.
I dreamt of you the other night: you were {a profession} and I was {adj.mood}.
Since <month> I have been working in {a building}, where I look after the {animal:plural}.
You would love the {landscape} in this light; I've tried to paint it, without success.
<relative> has been to the doctor again, but there is nothing to worry about.
We have finally moved to <street>, and half of our things are still in boxes.
The house is quiet now that the children have gone back to school.
<C> passed <C.his> examination in <month>, and we were all so proud that we cried.
I've started to learn [Italian|the cello|to swim|carpentry], although everybody says that I am too old for
  it.
It rained for <n> days, and then the cellar was full of water.
Your old room has been painted yellow, but your books are still where you left them.
If you saw the garden now, you wouldn't recognise it.
<B> sends you <B.his> love and asks whether you still have <B.his> umbrella.
The cat is getting fat because three different families feed her.
Nothing much has changed here, except that the bakery has closed.
There was a wedding in the village, and I danced until my shoes fell apart.
I have a new job, which is neither as well paid nor as dull as the old one.
Last week we drove to <town2>, where <relative> had rented a little house by the water.
On <day> morning the power went off, so we ate cold soup by candlelight and told each other ghost stories.
Whenever I pass the station, I think of the morning when you left.
Have I told you about the new neighbours? They keep bees, and their son plays the trumpet.
<relative> says that you ought to eat more and work less.
The doctor wants me to walk for an hour every day, so I do, whether it is raining or not.
I was going to tell you about the dance, but I'd rather do that when I see you.
My knee is better, thank you for asking; it only hurts on the stairs.
We had <n2> people round the table on Sunday, and not a single potato was left.

@question
Will you be able to come in <month2>?
What do you think I should do?
Is it true that <C> is going to be married?
When are you coming home?
Would it suit you if we came on the <nth> of <month2>?
Could you send me the recipe for that soup?
Are you sleeping enough, and do you have somebody to talk to?
You haven't forgotten us, have you?

@love
With love,
Yours ever,
All my love,
A thousand kisses,
Your old friend,
Write soon!
Take care of yourself,
Give my love to everybody,
Until <month2>,

@faithfully
Yours faithfully,
Yours sincerely,
With kind regards,
Respectfully,
I remain, yours truly,

@ps
P.S. <B> has just come in and says hello.
P.S. Don't forget the keys!
P.S. I enclose a photograph of the cat.
P.S. Burn this letter, please.
P.S. The stamps are for your collection.
P.S. Your bicycle is still in our shed.

@thanks
Thank you so much for the <gift>, which arrived this morning.
What a surprise it was to open your parcel and find a <gift> in it!
How did you know that I had always wanted a <gift>?
I can't thank you enough for the beautiful <gift>.

@thanksbody
I promise that I will <use>.
The colour is exactly right, and so is the size.
Nobody has ever given me anything like it.
You really shouldn't have spent so much money, but I'm glad you did.
<B> was so jealous that I had to hide the <gift> in the cupboard.
When I opened the box, the cat climbed in, and she hasn't come out since.
It is standing on the table in front of me while I write.
My old <gift>, as you may have noticed, was falling to pieces.

@sorry
I am writing to tell you how sorry I am about what happened on <day>.
Please forgive me for what I said the other evening.
I owe you an apology, and I want to make it before another day goes by.
I feel terrible about missing your birthday.

@sorrybody
I was tired and I'd had a bad day, but that's no excuse.
As soon as the words were out of my mouth, I wished that I could take them back.
Had I known how much it meant to you, I would never have laughed.
You were right, and I was too proud to admit it.
I didn't mean to hurt you, though I can see that I did.
If you don't want to see me for a while, I shall understand.
What you said about <B> was fair, and I ought to have listened.
The broken vase will be replaced, of course.
Nothing would make me happier than to be your friend again.
Let me make it up to you: come to supper on <nextday>, and I'll cook whatever you like.

@complaint
On <dom> <month> I bought a <good> in your shop on <street>; unfortunately, <fault>.
I am writing to complain about the <good> which was delivered to my address on <day>.
I regret to inform you that the <good> you sent me cannot be used, because <fault>.
It is now <n> weeks since I returned the <good> that I had ordered from you, and I have received neither a
  reply nor my money.

@compbody
When I opened the box, I found that <fault>.
I have telephoned your office <n> times, and each time I was told to wait.
Your assistant, a <B.title>, claimed that it must be my own fault.
The <good> cost <price>, which is a great deal of money for something that does not work.
I must ask you either to repair it or to return the full sum within <n2> days.
A copy of the receipt is enclosed.
Had I wanted a <good> that is only good for decoration, I would have bought a cheaper one.
Unless I hear from you by the <nth> of <month2>, I shall take the matter further.
I have been a customer of yours for <n2> years and have never had any reason to complain before.
May I also point out that the instructions are printed in a language which nobody in my family can read?
I look forward to your reply.

@apply
I should like to apply for the position of <job> advertised in <day>'s paper.
Having seen your advertisement for a <job>, I am writing to offer you my services.
Are you still looking for a <job>? If so, I may be the person you need.

@applybody
For the past <n2> years I have worked as a <job> in <town2>, where I was responsible for a team of <n>.
I left my last post because the firm moved away, not because I was unhappy there.
I am used to working on my own, but I enjoy being part of a team.
My former employer, <B.title>, would be happy to tell you more about me.
What attracts me most about the work is that no two days are the same.
Although I have no diploma, I have had plenty of practice.
I speak two languages fluently and can make myself understood in a third.
I could start at the beginning of <month2>, or earlier if you wish.
Early mornings do not trouble me, and neither do heavy boxes.
If you would like to meet me, I am free every afternoon except <day>.

@editor
I read your article about <public> with growing anger.
May I add a word to the debate about <public>?
Am I the only reader who is tired of hearing about <public>?
Your correspondent <A.title> could not be more wrong about <public>.

@editorbody
It is easy to complain, but who is prepared to do something about it?
First of all, the figures given in your paper are out of date.
Those who make the rules do not have to live with them.
When I moved to <town> in <year0>, nobody spoke of <public>, because there was no need to.
Surely it cannot be beyond the wit of our council to find a solution.
I do not say that the matter is simple; I only say that it is urgent.
On the one hand, there are those who want everything to stay as it was; on the other, there are those who
  can't wait.
Old people, in particular, suffer from it.
My grandchildren think that I exaggerate, and perhaps I do.
If this does not concern you today, it will concern you tomorrow.
Why was nobody asked?

@neighbour
I live in the flat above yours, and I don't think we have met.
I'm the new tenant on the <nth> floor.
This is a note from your neighbours at number <n2>.

@neighbody
Last night, at about <time>, water started to drip from our ceiling.
We're having a small party on <day>, and we hope that the music won't disturb you.
A parcel for you was left with us, and it seems to be ticking.
Would you mind not practising the drums after <time>?
Your cat has been sitting on our balcony since <day>, and she doesn't seem to want to go home.
If it gets too loud, please ring the bell, or better still, come and join us.
We'll be away until the <nth> of <month2>; could you possibly water the plants?
I don't want to be difficult, but the walls here are as thin as paper.
In case of an emergency, you can reach me at work.
"""

LAYOUTS = {
    "family": "@place\n\n@dear\n\n@opening @news*3-4 @question\n\n@love\n<D>",
    "family_two": "@dear\n\n@opening @news*2-3\n\n@news*2 @question\n\n@love\n<D>\n\n@ps",
    "friend": "@dear\n\n@question @news*3 @question\n\n@love\n<D>",
    "thanks": "@dear\n\n@thanks @thanksbody*3 @news\n\n@love\n<D>",
    "thanks_note": "@dear\n@thanks @thanksbody*2-3 @question\n@love <D>",
    "apology": "@place\n\n@dear\n\n@sorry @sorrybody*4\n\n@love\n<D>",
    "apology_short": "@dear\n\n@sorry @sorrybody*2-3\n\n<D>\n\n@ps",
    "complaint": "@place\n\n@formal\n\n@complaint @compbody*3-4\n\n@faithfully\n<D.full>",
    "complaint_short": "@formal\n\n@complaint @compbody*2\n\n@faithfully\n<D.full>",
    "application": "@formaljob\n\n@apply @applybody*4\n\n@faithfully\n<D.full>",
    "editor": "@editordear\n\n@editor @editorbody*4\n\n<D.full>, <town>",
    "neighbour": "Dear <A.title>,\n\n@neighbour @neighbody*2-3\n\n@faithfully\n<D.full>",
    "unfinished": "@place\n@dear\n@opening @news*4-5",
}


def _setup(rng: random.Random, lex: Lexicon) -> dict[str, str]:
    bound = _prose.common(rng, lex)
    bound.update(zip(("gift", "use"), rng.choice(GIFTS), strict=True))
    bound.update(zip(("good", "fault"), rng.choice(GOODS), strict=True))
    bound.update(job=rng.choice(JOBS), public=rng.choice(CAUSES), relative=rng.choice(RELATIVES))
    return bound


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = _prose.templates(POOLS, LAYOUTS, _setup)
