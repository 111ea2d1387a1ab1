# ruff: noqa: E501
"""Sentence frames of the fables, by plot; each plot is told in its own order.

Lines are `o`, `m` (kept in order), `s` (speech, after the `m` lines before it), `t` (turn) or `c` (the moral).
Animals are the slots `{animal#1}` and `{animal#2}`. Knows nothing of how a passage is put together.
"""

TEXT = """
# the_well
o In a summer when every stream had run dry, {a animal#1} came upon a well at the edge of {a landscape}.
o There was once {a animal#1} so thirsty that it drank from its own reflection.
m It leaned over, saw the water shining far below, and without stopping to think jumped in.
m Only when it had drunk its fill did it notice how smooth the walls were and how high.
m All day long it called out, but nobody heard it except {a animal#2}, which happened to be passing.
s "Is the water good?" asked the {animal#2}, looking down. "Never better," said the {animal#1}. "Why don't you join me?"
s "I would," said the {animal#2}, "if I could see your footprints coming out as well as going in."
t So the {animal#2} went away, but it came back in the evening with a rope between its teeth.
c Before you go in, as the old people say, find out how the others got out.
c From that day on the {animal#1} drank only from puddles, and was content.
# the_race
o {A animal#1} and {a animal#2} once argued over which of them was the faster.
o Nobody could remember how the quarrel had begun, but by noon the whole forest had come to watch.
m The {animal#1} boasted so loudly that the birds flew up out of the [corn|oak].
m It was agreed that they should run to the [mill|bridge] and back, and that the [owl|toad] should be judge.
m The {animal#1} shot off like an arrow, while the {animal#2} stopped to tie up its bundle.
m Halfway there, finding itself alone, the {animal#1} sat down to comb its whiskers and think about the prize.
s "Why hurry?" it said to itself. "I could walk from here on my hind legs and still be home before supper."
s "What are you waiting for?" asked the {animal#2}, coming round the bend. "For somebody worth beating," was the answer.
t But while it was talking, the {animal#2} went on walking.
c Whoever talks about the end of the road has not yet reached it.
c And if they have not settled it since, they are running still.
# the_coat
o {A animal#1} that was ashamed of its plain grey coat found a heap of bright feathers under a hedge.
o Long ago, when animals could still exchange their skins, there lived {a animal#1} that was never satisfied.
m It stuck them on with honey, one by one, until it looked like nothing that had ever been seen.
m Then it went walking up and down where everyone could admire it.
m At first they bowed, and the {animal#2} went so far as to offer it a chair.
m Towards evening, however, it grew warm, and the bees came to ask for their honey.
s "Whose child are you?" inquired the {animal#2}, walking round it. "I don't seem to know the family."
s "You looked better before," said a very small {animal#2}, and everybody pretended not to have heard.
t When the wind got up, there was soon nothing left of all that splendour but the stickiness.
c Borrowed feathers, says the proverb, are given back in the rain.
c It washed for three days, and afterwards it found that grey goes with everything.
# the_bridge
o Two goats, so the story goes, met in the middle of a narrow bridge; but that is not the story I want to tell.
o A tree had fallen across the river, and for years it served everyone as a bridge.
m One morning {a animal#1} stepped on to it from one side just as {a animal#2} did so from the other.
m In the middle they stopped, nose to nose, with the water roaring underneath.
m The {animal#1} would not go back, because it was older, and the {animal#2} would not go back, because it was in the right.
m They stood there until the sun went down, and the moon came up to see what was the matter.
s "Make way," said the {animal#1}. "After you," said the {animal#2}. "I said it first." "I meant it first."
s "Lie down," proposed the {animal#2} at last, "and I shall climb over you, and nobody need ever know who gave way."
t At dawn they were both so tired that they could no longer remember where either of them had been going.
c There is room on a narrow bridge for two, but not for two and their pride.
c They opened an inn there, and it is doing rather well.
# the_winter_store
o All through the autumn {a animal#1} gathered nuts, while its neighbour, {a animal#2}, lay in the sun and sang.
o A wise old {animal#1} once said that winter begins in August.
m Up and down the tree it went, forty times a day, and never looked at the view.
m By October the hole was so full that the {animal#1} itself had to sleep outside.
m Then the snow came, and it snowed for a week, and the world went quiet.
m On the eighth day there was a knock.
s "I have nothing to eat," said the {animal#2}. "And I," said the {animal#1}, "have nobody to eat it with."
s "What did you do all summer?" asked the {animal#1} sternly. "I sang," said the {animal#2}. "Did you not hear me? I thought it made the work go faster."
t The {animal#1} opened its mouth to refuse, and found that it was humming.
c It takes two to get through a winter: one who has put something by, and one who knows a song.
c In spring they counted the shells, and there were just enough.
# the_king
o The animals, being tired of quarrelling, decided to choose a king.
o When the old lion died, nobody could be found whom the crown would fit.
m The {animal#1} was proposed because it was strong, and the {animal#2} because it was clever, and each of them voted for itself.
m Speeches were made, promises were scattered about like corn, and the hens believed every one of them.
m The {animal#1} promised rain for the frogs and sunshine for the lizards, both on the same day.
m Nobody had noticed the ant, who was going from one to another, collecting the litter.
s "What will you do for us when you are king?" asked the sheep. "I shall think of you always," replied the {animal#1}, and licked its lips.
s "If you are so clever," the {animal#2} was asked, "why do you want to be king?"
t In the end they hung the crown on a branch, where it could be seen by all and worn by none.
c Since that time they have been ruled by an empty crown, and they say that there have been worse kings.
c Beware of anyone who is glad to be chosen.
# the_mirror_in_the_pond
o {A animal#1} carrying {a food} in its mouth was crossing a plank when it saw another one below, carrying another {food}.
o Somewhere in a clearing lay a pond so still that it was taken for a window.
m Each animal that came to drink there saw somebody looking up and went away with a different opinion.
m The {animal#1} growled, and the stranger growled as well; it bared its teeth, and so did he.
m A little later {a animal#2} came by, smiled, and was amazed at how friendly people were down there.
m They told each other what they had seen, and nearly came to blows over it.
s "It is full of enemies," said the {animal#1}. "I counted eight, and all of them had my nose."
s "How odd," said the {animal#2}. "The one I met could not have been more charming."
t Only the [heron|frog], which lived there, knew what was really at the bottom: mud, mostly, and a boot.
c The world, like that pond, mostly gives you back the face you bring to it.
c And the {food} was never seen again.
# the_gift
o A poor {profession}, who had nothing in the world but one hen, was visited by a stranger.
o There lived in {town} a man who had been given three wishes and was saving them up.
m He killed the hen, laid the table, and gave his guest the chair by the fire.
m In the morning the stranger thanked him and left behind, under the plate, a single grain of wheat.
m The wife laughed, the neighbours laughed, and the grain was thrown out with the crumbs.
m But in the yard where it fell there came up, the following spring, a stalk as high as the house.
s "It is not much," the stranger had said at the door, "but it is all that there is."
s "Give me the stalk," said a rich man, "and I will give you a hundred hens." "One was enough," he answered, "and I ate it in good company."
t What happened to the rest of it is told in different ways, according to whether the teller has ever been hungry.
c A gift grows in the ground in which it is planted.
c He used his last wish, it is said, to have the first two back.
# the_echo
o {A animal#1} that had been insulted by an echo made up its mind to have its revenge.
o In the valley behind {town} there lived, they used to say, an echo that would not let anyone else have the last word.
m It climbed up on a rock and shouted down the rudest thing it could think of.
m Back came the same words, only larger.
m It shouted until it was hoarse, and the louder it shouted, the more of them there seemed to be.
m At last {a animal#2}, which had been trying to sleep, put its head out.
s "Who are all those people?" gasped the {animal#1}. "That depends," said the {animal#2}. "What did you say to them?"
s "Try 'good evening'," suggested the {animal#2}, "and see what they say."
t It did so, in a very small voice, and the whole valley wished it good evening.
c As you shout into the wood, so it comes back.
c And after that it was able to sleep, and so was everyone else.
# the_debt
o {A animal#1} lent {a animal#2} a sack of corn, and they agreed that it should be given back at harvest time.
o Of all the animals, the {animal#1} had the longest memory and the shortest temper.
m Harvest came, and the {animal#2} hid; winter came, and it had a cough; in spring it had, it said, just that moment sent it off.
m Whenever they met on the path, the one looked up into the trees and the other down at its feet.
m It came to the point where the {animal#2} walked three miles round rather than pass its neighbour's door.
m One night it worked out that, with all those detours, it had already walked the price of six sacks.
s "How is the corn?" the {animal#1} would ask, every time, instead of saying good morning.
s "Here is your sack," said the {animal#2}, quite out of breath, "and I wish I had brought it before; it weighs less than I thought."
t "Oh, that," said the {animal#1}. "I had forgotten about it. I only asked because I missed talking to you."
c A debt is heaviest before it is paid.
c What we owe walks behind us, and it never gets tired.
# the_clever_servant
o {A profession} had a servant who always did precisely what he was told.
o There was once a rich man who thought that he could buy good advice by the pound.
m "Watch the door," his master told him when he went out, so he took it off its hinges and carried it about with him on his back.
m When he was sent for water, he asked how wet it had to be.
m By the end of the week the soup had been salted seven times, once for each day on which he had been told to salt it.
m The master tore his hair, but there was not much he could say, since everything had been done as he wished.
s "Did I not tell you to use your head?" he cried. "You did, sir, and I have; but the nail would not go in."
s "What am I paying you for?" "For doing what you say, sir. Doing what you mean is extra."
t So one evening he sat down and, for the first time in his life, tried to say exactly what he wanted, and it took until morning.
c Whoever gives an order ought to listen to it first.
c The wages were doubled, the door was put back, and they got on very well.
# the_old_tree
o On a hill above {town} stood a tree so old and crooked that no carpenter would touch it.
o "You are good for nothing," the young firs told the old oak, and they may have been right.
m The straight trees round about were felled, one year after another, to make masts and [tables|floors].
m They had been proud of how straight they were, and had laughed at its knots and its elbows.
m Each spring it had fewer neighbours and more sky.
m {Animal:plural#1} nested in the hollow, children swung from the lowest branch, and {a animal#2} slept between the roots.
s "What is the use of you?" the woodcutter asked, sitting down in its shade to rest. It did not answer; it merely rustled.
s "If only I were straight," it had sighed, when it was young, and a wind that was passing said: "Wait."
t When at last the storm took it, the whole village came and stood around the place where it had been.
c To be of no use to anybody is, now and then, the best way of being useful to all.
c Out of the stump, in April, there grew a twig, and it was not straight either.
# *
m A [day|week|month] went by, and then another.
m The {animal#1} thought it over the whole night, and in the morning it was no wiser than before.
m Everybody knew about it, but nobody liked to be the one to say so.
t But things turned out otherwise than it had expected.
t Meanwhile <weather_past>, and they all had other things to think about.
c Those who have ears will know what is meant; the others may have the story.
c So it was told to me, and so I tell it to you.
c What this is supposed to teach us, nobody knows, but it has been told in {town} for {num:2-9} hundred years.
m They shared {a food}, as enemies sometimes do, and neither said a word.
m The path led past {a landscape}, round {a landscape} and straight through the garden of {a profession}.
m It felt {adj.mood}, then {adj.mood}, and then merely hungry.
s "You talk like {a profession}," said the {animal#2}. "And you," said the {animal#1}, "smell like one."
t But at that very moment {a profession} came along with {a adj.size} {tool}.
"""
