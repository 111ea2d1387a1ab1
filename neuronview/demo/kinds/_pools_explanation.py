# ruff: noqa: E501
"""Sentence frames of the explanations (how and why everyday things work), by topic.

Lines are `o` (question or opening), `m` (steps, kept in this order), `x` (example), `t` (limit) or `c` (close).
Knows nothing of how a passage is put together. Everything said is common knowledge.
"""

TEXT = """
# bread
o Why does bread rise?
o Bread rises because [something in it is alive|the dough is full of tiny bubbles].
m Yeast is a living thing, and like any living thing it [eats and breathes|has to eat].
m When it is given warmth, water and a little flour, it begins to feed on the sugars and gives off a gas.
m The gas cannot get out, since kneading has turned the dough into a kind of stretchy net, so each bubble grows and pushes its neighbours apart.
m If the room is cold, the same thing happens, only [more slowly|it takes all night].
m In the oven the bubbles swell once more, the yeast dies, and the walls around the holes set hard.
x That is why a loaf that has been knocked before it is baked comes out [flat and heavy|as dense as a brick].
t Too much heat at the beginning, on the other hand, kills the yeast before it has done anything at all.
c What we call the crumb, then, is mostly [holes|air with a good reason to stay].
# onions
o Why do we cry when we cut an onion?
o An onion does not make you cry until you hurt it.
m As long as it is whole, the things inside it are kept apart, each in its own little room.
m The knife breaks down the walls, everything mixes, and a sharp vapour forms that rises straight to your face.
m When this reaches the eye, the eye does what it always does with something that stings: it tries to wash it away.
m The tears are therefore not a sign of sadness but a kind of cleaning.
x A sharp knife helps, because it crushes less, and so does [a cold onion|an open window].
t Holding a piece of bread in your mouth makes no difference, however firmly <someone> believes in it.
c In short, the onion is defending itself, and it is winning.
# locks
o How does a key know which lock it belongs to?
o A lock is a machine that asks a single question, and a key is the answer.
m Inside the barrel there is a row of small pins, each of them cut in two at a different height, and each pressed down by a spring.
m As long as even one of them sticks out across the gap, the barrel cannot turn.
m The teeth of the right key lift every pin by exactly the right amount, so that all the cuts come to lie in one line.
m Now there is nothing in the way, and the whole thing goes round.
m A wrong key lifts some of them too far and others not far enough, which is why it goes in but will not turn.
x You can feel this for yourself if you push a key in slowly: click, click, click, one pin after another.
t Of course, no lock is stronger than the [door|wood] it is screwed to.
c So the secret is not in the metal but in the [shape|differences between five small numbers].
# fridge
o A fridge does not make cold; it carries heat away.
o What actually happens when you close the door of the fridge?
m A liquid runs through a thin pipe at the back, and on the inside it is allowed to turn into a gas.
m To do so it needs heat, just as water needs heat to boil, and it takes that heat from your milk and your leftovers.
m The gas is then squeezed by a pump, gets hot, and gives off its warmth through the grille behind.
m That is the humming that you hear, and that is why the back of the fridge is warm.
m Having lost its heat it becomes liquid again, and the round begins anew.
x If you leave the door open to cool the kitchen, you will end up with a warmer one, because the motor adds some heat of its own.
t It works well only if the air can get past, so do not push it right against the wall.
c Seen in this way, the fridge is a kind of bailer: it scoops the heat out, and the heat keeps leaking in.
# tides
o Twice a day, more or less, the sea goes away and comes back, and it is the moon that does it.
o Why is there a high tide on both sides of the earth at once?
m The moon pulls at everything on the earth, but it pulls hardest at what is nearest.
m The water that faces the moon is drawn a little towards it, and so a bulge forms on that side.
m On the far side the pull is weakest, and there the water is, so to speak, left behind, which makes another bulge.
m The earth turns underneath these two hills of water, and each coast passes through both of them in the course of a day.
m Since the moon itself has moved on a little by then, tomorrow's tide will be almost an hour later than today's.
x When the sun and the moon pull in the same line, as they do at full moon and at new moon, the tides are higher still.
t In a lake or a small sea you will hardly notice any of this, because there is not enough water to gather.
c All the fisherman needs to know is in his little table; but the table was written by the moon.
# rainbow
o To see a rainbow you need three things: rain in front of you, the sun behind you, and [a moment to look up|no roof over your head].
o A rainbow is not a thing in a place; it is a way of looking at rain.
m White light is really a mixture of all the colours.
m When it enters a drop of water it bends, and each colour bends by a slightly different amount.
m At the back of the drop it is thrown back, as by a mirror, and on the way out it bends again.
m So from one drop only a single colour reaches your eye, and the other colours go past you to somebody else.
m Higher drops send you red and lower ones send you violet, and together they make an arc.
x You can make one yourself with a garden hose, provided that the sun is low and your back is turned to it.
t That is also why you can never reach the end of it: when you walk, it walks too.
c Strictly speaking, then, no two people have ever seen the same rainbow.
# mirror
o Why does a mirror swap left and right but not up and down?
o People will tell you that a mirror turns things round, but that is not quite what it does.
m Stand in front of one and raise your right hand: the hand on that same side goes up.
m Point to the floor, and your reflection points to the floor; point to the window, and it points to the window.
m The only direction that has really been swapped is the one that goes into the glass: front and back.
m It is we who, without noticing, walk round behind the mirror in our minds and turn to face ourselves.
m And having turned, we find the watch on the wrong wrist.
x Write a word on a clear sheet of plastic, hold it up so that you can read it, and look: the mirror shows it the right way round.
t This does not make it any easier to cut your own hair.
c The puzzle, in other words, is not in the glass but in [us|the way we ask the question].
# bicycle
o A bicycle that is standing still falls over, and one that is moving does not; why should that be?
o Nobody who can ride a bicycle can tell you how they do it.
m The answer is that it falls all the time, but that you keep catching it.
m Whenever it leans to the left, you steer, without thinking, a little to the left, and the wheels come back underneath you.
m At speed a very small turn is enough; at walking pace you have to swing the handlebars from side to side.
m The front fork is made in such a way that the wheel tends to do much of this by itself.
m That is why you can let go with your hands once you are going fast enough.
x Lock the handlebars and even a champion will be on the ground within seconds.
t It does not help to have the thing explained; one still has to fall off a few times.
c Riding, like walking, is a fall that has been put off.
# soap
o Water alone will not wash away grease, as anybody knows who has ever [tried to clean a frying pan in a stream|held a buttery knife under the tap].
o How does soap know what is dirt?
m Oil and water do not mix, so the water simply runs off.
m Soap is made of very small things with two ends: one of them likes water and the other likes fat.
m The ends that like fat push into the grease, the other ends stick out into the water, and before long each drop of grease wears a coat.
m Wrapped up like this, it can be carried off down the drain.
m Rubbing helps, since it breaks the grease into smaller pieces, and so does heat.
x Shake a little oil and water in a jar and they part at once; add a drop of soap, shake again, and they stay together.
t More soap is not better soap; past a certain point there is simply nothing left for it to hold on to.
c It does not know what is dirt at all: it only [introduces|holds hands with] two strangers.
# kettle
o Listen to a kettle, and you can tell with your eyes shut how hot the water is.
o Why does a kettle sing before it boils?
m The water at the bottom gets hot first, and small bubbles of steam form on the metal.
m They rise, meet the colder water above, and collapse again with a tiny crack.
m Thousands of these cracks, one after another, are what we hear as a hiss that grows louder and louder.
m When at last all of the water is hot, the bubbles no longer collapse but come up to the surface whole.
m So the noise drops, just before the boil, from a roar to a [gurgle|soft bubbling].
x That is why cooks say that a noisy kettle is not yet a boiling one.
t High up in the mountains it boils sooner, but at a lower heat, so that the tea is never very good.
c Next time, wait for it to go quiet, and then pour.
# compost
o What goes on the heap as kitchen scraps comes out, a year later, as [earth|something that smells of the woods].
o If you put a hand into a good compost heap in winter, you will find that it is warm.
m The work is done by creatures too small to see, millions of them in every spoonful.
m They need the same things that we do: food, water and air.
m Green stuff, such as grass and peelings, feeds them quickly; brown stuff, such as straw and cardboard, keeps the heap from turning into slime.
m As they eat they give off heat, and in the middle it can become too hot to touch.
m When the best of it has been eaten, the heap cools down, and the worms move in to finish the job.
x If it smells, it is short of air, and you should turn it over with a fork; if nothing happens at all, it is probably too dry.
t Cooked food, however, attracts [rats|visitors], and is better left out.
c Nothing is thrown away, in the end; it only takes a different [shape|road].
# yawning
o Nobody quite knows why we yawn, but everybody knows that it is catching.
o You may well yawn before you get to the end of this paragraph.
m One explanation that used to be given was that the body is short of air; yet breathing more of it does not stop us.
m Another is that it wakes us up a little, as when we stretch, or cools us down.
m What is certain is that we yawn when we pass from one state to another: when we get up, when we are about to sleep, and before something that makes us nervous.
m Seeing somebody else do it is enough to set us off, and so is hearing it or even reading the word.
m The closer we are to a person, the more easily we catch it from them.
x Dogs, it is said, will catch a yawn from their owners, though seldom the other way about.
t None of this proves that you are bored.
c You see? There it is.
# thermos
o How does a thermos flask know whether to keep things hot or cold?
o There is an old joke about the cleverest machine in the world being the one that keeps soup hot and lemonade cold.
m It does not know, of course; it merely makes it hard for heat to get from one side to the other.
m The flask is really two bottles, one inside the other, with nothing in between.
m Heat travels easily through metal, less easily through air, and through nothing it can travel only as a glow.
m To stop even that, the walls are made to shine like mirrors.
m What is left is the neck, and that is why the lid matters so much.
x Fill it with hot water for a few minutes before you put in the soup, and the soup will stay warm for longer.
t Sooner or later it gives up, since nothing keeps heat in for ever.
c It keeps hot things hot and cold things cold because, to put it simply, it does nothing, and does it very well.
# queues
o Why does the other queue always move faster?
o Suppose there are three queues at the supermarket and you pick one of them.
m If nothing is known about any of them, the chance that yours is the quickest is only one in three.
m That means that two times out of three somebody beside you will be moving faster, and it is them that you will notice.
m When your own line goes well, you are soon out of the shop and think no more about it.
m When it goes badly, you have plenty of time to [look around|draw conclusions].
m There is also the fact that a single slow customer holds up all those behind, whereas a quick one helps them only a little.
x This is why banks and post offices have begun to use one long line for all the counters: it is fairer, and nobody has to choose.
t It does not follow that changing lines is any use; by the time you have moved, you are simply in another queue.
c You are not unlucky, then, or at any rate no more than [anyone else|two out of three].
# maps
o You cannot peel an orange and lay the skin flat without tearing it, and that, in a nutshell, is the trouble with maps.
o Every map tells lies, but it has to; the question is only which.
m The earth is round and paper is flat, and something has to give.
m If we keep the shapes right, then the sizes go wrong, and lands near the poles swell up like dough.
m If instead we keep the sizes right, everything looks as if it had been hung out to dry.
m Sailors wanted a map on which a straight line was a steady course, and they got one, and it ended up on the walls of schools that were nowhere near the sea.
m For a walk in the hills none of this matters, because on so small a piece of ground the curve can be forgotten.
x Stretch a thread between two cities on a globe, and you will be surprised at the way it goes.
t A map on a screen has the same problem, only it is better at hiding it.
c A good map, therefore, is not one that shows everything, but one that leaves out the right things.
# glue
o Glue works by being wet first and hard afterwards.
o Why doesn't glue stick to the inside of the tube?
m Even a surface that looks smooth is, close up, full of hills and holes.
m While it is liquid, the glue runs into all of them, and where two things touch it gets a grip on both.
m Then it sets, either because the water in it dries out or because it meets the damp in the air.
m From then on it is like thousands of tiny hooks.
m In the tube there is nothing for it to dry into, and no air to speak of, so it goes on waiting.
x That is why a thin layer holds better than a thick one, and why you should roughen the two sides before you start.
t Nothing, on the other hand, will stick to grease or dust except to itself.
c So the answer is quite simple: keep the cap on.
# bank
o When you put money into a bank, it does not lie there in a box with your name on it.
o What does a bank actually do all day?
m The bank owes you the sum, writes down that it does, and lends most of it to somebody else.
m That person buys a van, let us say, and the seller of the van puts the money into a bank, perhaps the same one.
m Now it is lent again, and so the same coins do several jobs at once.
m For the use of it the borrower pays interest, a part of which comes to you and the rest of which pays for the [marble|carpets].
m All of this rests on the belief that not everybody will want their money back on the same morning.
x It is a little like a cloakroom that rents out the coats during the concert.
t If people lose that belief, and queue up at the doors, even a sound bank is in trouble.
c What a bank deals in, when all is said and done, is not money but trust.
# autumn
o In autumn the leaves do not turn yellow so much as stop being green.
o Why do trees drop their leaves just when the weather gets cold?
m The green comes from the stuff with which a leaf catches sunlight, and to keep it up costs the tree a good deal.
m When the days grow shorter, it is no longer worth the trouble, so the tree takes it apart and draws what it can use back into the wood.
m The yellow was there all summer; we just could not see it.
m A thin layer of cork now grows across the foot of the stalk, like a door being shut.
m After that it takes only a puff of wind.
x A tree that kept its broad leaves all winter would lose water that it could not replace from frozen ground, and the first heavy snow would break its arms.
t Pines and firs have solved the problem in another way, with needles that are narrow, tough and covered in wax.
c What looks like dying, then, is only good housekeeping.
# hiccups
o Hiccups come without being asked and leave when they like.
o What are hiccups, and what are they for?
m Under the lungs there is a broad muscle, shaped like an upturned bowl, that pulls down when we breathe in.
m Sometimes it gives a jerk of its own accord, air rushes in, and the throat snaps shut: that is the "hic".
m It happens most often when we have eaten too fast, or laughed, or drunk something fizzy.
m Nearly every cure has the same idea behind it, which is to make you breathe differently for a while.
m Holding your breath, drinking from the wrong side of the glass and being given a fright all come down to that.
x <someone> swears by a spoonful of sugar; <someone> by thinking of seven bald men.
t As to what good they do us, there are theories, but it may well be that they do none.
c They have, at all events, stopped a good many speeches.
# *
m To see why, it helps to [think of something simpler|start at the other end|leave out the details for a moment].
m This is easier to [see|show] than to say.
m It sounds complicated, but it is not; it is only small.
x Try it yourself the next time you are <while_ing>.
x Imagine, if you like, a crowd of people trying to get through a narrow door.
t There are exceptions, needless to say, but the rule holds well enough for everyday use.
t If that were all, the matter would be simple; as it is, a good deal depends on the [weather|size|temperature].
c And that, without the long words, is all there is to it.
c If you remember only one thing, let it be that.
m {A profession} would put it differently, and would be right.
x Think of {a container} full of {animal:plural} that all want to get out at once.
t With {mass.material} it is another story altogether.
"""
