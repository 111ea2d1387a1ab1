# ruff: noqa: E501
"""Sentence frames of the science pieces: small experiments and plain, common knowledge, by subject.

Lines are `o`, `m` (kept in order), `x`, `t` or `c`. Knows nothing of how a passage is put together.
"""

TEXT = """
# beans
o We wanted to know whether beans grow faster in the light or in the dark.
o Our question was simple: what does a bean need?
m We took {num#2:10-40} beans of the same size, put them on wet paper, and divided them into two groups.
m The first group stood on the windowsill, the second in a cupboard; apart from that, they were treated in exactly the same way.
m Every morning at {clock} we measured the height of each shoot and wrote it down.
m After {num:5-9} days the ones in the dark were longer, but they were also thin, white and unable to stand.
m The ones in the light were shorter, green and strong.
m Two beans did nothing at all, and we left them in the table, because leaving them out would have been cheating.
x It is a little like a person feeling along a wall for the switch: the bean in the dark puts everything it has into reaching the light.
t Of course, {num#2} beans are not very many, and a warmer cupboard might have given a different result.
c We conclude that light doesn't make a bean grow taller; it tells it when to stop stretching.
c Next time we would like to try it with [red and blue light|another kind of seed].
# ice
o Why does ice float?
o Most things shrink when they freeze, but water does the opposite.
m Fill a bottle to the brim, screw on the lid, put it in the freezer, and in the morning you'll find broken glass.
m As water freezes, its smallest parts arrange themselves in an open pattern, rather like people who have joined hands and taken a step back.
m The same amount of water therefore takes up more room, and a lump of it weighs less than the water it pushes aside.
m If it were the other way round, lakes would freeze from the bottom up.
m As it is, the ice lies on top like a lid, and the fish spend the winter underneath it.
x You can see roughly how much lighter it is: about nine tenths of an ice cube is below the surface.
t Salt water behaves slightly differently, since it has to be colder before it freezes.
c A small oddity, then, and without it there wouldn't be anyone here to wonder about it.
c So the next time the ice clinks in your glass, have a closer look at it.
# sound
o Sound is a push that is passed on.
o If you put your ear to a railway line, you'll hear the train long before you see it; please don't.
m When you pluck a string, it moves back and forth, and each time it shoves the air in front of it.
m The air shoves its neighbour, that one shoves the next, and so it goes until somebody's ear is reached.
m The faster it shakes, the higher the note; the harder it shakes, the louder.
m In water it travels more than four times as quickly as in air, and in steel faster still.
m Where there is nothing to push, there's nothing to hear.
m That is why we count the seconds between the flash and the thunder: light gets here almost at once, while the sound has to walk.
x Two tins and a tight string will do for a telephone, as every child used to know.
t A loud noise isn't always a near one, however, and hills can play tricks with it.
c All the music that was ever played comes down to this: air, shoved in a certain order.
c It's an odd thought that a whole orchestra reaches us as a single wobbling line.
# falling
o Which falls faster, a heavy stone or a light one?
o For a very long time everybody knew that heavy things fall faster, and nobody tried it.
m Take a coin and a piece of paper, drop both from the same height, and the coin will get there first.
m Now crumple the paper into a tight ball and do it again: this time they land together.
m The weight of the paper hasn't changed, so it can't have been the weight that made the difference.
m What held it up the first time was the air, which has to get out of the way.
m With no air at all, a feather and a hammer would hit the ground side by side.
m A heavy body is pulled more strongly, but it's also harder to get moving, and the two cancel out.
x Lay the paper on top of a book that is larger than it is and drop the book; you may be surprised.
t Where the air matters, as it does for raindrops and for people with parachutes, there is a top speed.
c One look would have been enough, and yet it took us two thousand years to look.
c It's not enough to ask; you also have to let go.
# stars
o On a clear night, far from the nearest town, you can see about three thousand stars, and all of them are suns.
o When you look at the stars you're looking at the past.
m Light is the fastest thing there is, but the distances are so great that it still needs years.
m The light by which you see the nearest of them set out before this year's first-graders could [walk|talk].
m Some of the others may not be there any more, and we would be none the wiser.
m They don't really twinkle: it's the air above us that is restless.
m A reddish star is cooler than a white one, and the bluish ones are the hottest of all, which is the wrong way round for anyone who grew up with taps.
m The patterns that we call the Plough or the Swan are accidents of where we happen to be standing.
x Suppose the sun were a grapefruit in {city}; then the earth would be a grain of sand a few steps away, and the next grapefruit would be on another continent.
t You don't need a telescope to begin with, only a warm coat and a bit of patience.
c After ten minutes your neck hurts, and after twenty you've stopped noticing it.
c None of this is any use, and I can't think of anything I'd rather know.
# blood
o Your heart is about the size of your fist, and it has been at it since before you were born.
o Put two fingers on the inside of your wrist, just below the thumb, and wait.
m What you can feel there is a wave, sent out with each beat through pipes that stretch and spring back.
m The right half of the heart sends the blood to the lungs, the left half sends it everywhere else.
m On the way out it's bright red and full of oxygen; on the way home it's darker, and carries off the rubbish.
m The thinnest of these tubes are so narrow that the blood cells have to go through in single file.
m When you run, the muscles ask for more, and the pump answers within seconds.
m If you cut yourself, tiny plates in the blood stick together until the leak is stopped.
x Count the beats for half a minute, then climb the stairs twice and count again; mine went from {n:28-38} to {n:52-70}.
t A slow pulse can be a sign of health or the reverse, so don't draw conclusions from a single number.
c It beats about a hundred thousand times a day, and it doesn't expect to be thanked.
c While you were reading this, every drop has been round at least once.
# magnet
o A magnet has two ends, and you can't have one without the other.
o The first time you hold two magnets close together, it feels as though someone invisible were pushing back.
m Cut it in half, and you get two smaller magnets, each with a north and a south of its own.
m Unlike ends attract, like ends push each other away.
m Iron is full of tiny regions that are magnets themselves, but normally they point in all directions and cancel out.
m Stroke a needle with a magnet, always the same way, and they fall into line.
m Now float the needle on a slice of cork, and it will slowly turn until it points north.
m Heat it in a flame, and everything gets jumbled up again.
x Scatter iron filings on a sheet of paper with a magnet underneath, and you can see the pattern with your own eyes.
t It won't pick up copper, gold or your little brother's crayons, whatever he says.
c That, give or take a few refinements, is how every compass works.
c The whole earth is one, it seems, though not a very strong one.
# washing_dry
o Even on a freezing day the washing dries in the end, although nothing is there to boil it.
o Where does the water go when a puddle dries up?
m In every drop the smallest parts are rushing about, some slowly and some fast.
m Now and then one near the surface is so quick that it breaks away and flies off into the air.
m Since it's the quickest that leave, those left behind are, on average, slower, which is to say cooler.
m Wind helps, because it carries off the ones that have got out before they can drop back in.
m If the air is already full of moisture, as many come back as go, and the shirt stays damp.
m We make use of the same trick when we sweat, and dogs when they let their tongues hang out.
x Wet your finger and hold it up: the side that feels cold is the side from which the wind is blowing.
t In a closed room, though, you only move the water from the sheets to the walls.
c So hang them out where there's a breeze, leave some room in between, and let the fast ones go.
c The clouds over there may well be last week's socks.
# eye
o Hold up your thumb in front of you, shut first one eye and then the other, and watch it jump.
o We don't see with our eyes alone; the eyes only collect the post.
m At the front there's a lens, which throws a picture on to the back wall, small and upside down.
m In the middle of that wall we see colours and fine details; around the edges we see hardly more than movement.
m There is one spot at which we see nothing at all, and we never notice it, because the brain paints it over.
m Each eye has a slightly different view, and from the difference we work out how far away things are.
m In the dark the pupils open, and after twenty minutes or so we can make out what at first was only black.
m Faint stars are easier to see if you look a little to one side of them.
x Ask a friend to hold a coloured pencil behind your ear and bring it slowly forward: you'll see that it's there before you can say what colour it is.
t All of this can be fooled, as anyone knows who has sat in a train that wasn't moving.
c What we take for a window, in short, is more like a very good guess.
c Seeing is believing, people say; often enough it's the other way about.
# mould
o Leave a slice of bread in a bag for a week, and something moves in.
o For this experiment you need three slices of bread, three bags and an understanding family.
m The spores are everywhere already, too light to fall and too small to see.
m Slice number one was left dry, number two was sprinkled with water, and number three was wiped across the kitchen floor.
m All three were sealed, labelled and put in the same dark corner.
m On day {num:3-5} there were white threads on the damp slice, and the next day they were grey.
m By the end of the second week it looked like a map of an unknown country, in green and blue and black.
m The dry one had merely gone hard.
x My sister, who'd been told not to open the bag, opened it, and the experiment was over.
t One run proves very little; ours was repeated three times, and the third time the dry slice won.
c It seems that what matters most is moisture, followed by warmth, and that the floor came only third.
c And nobody at home has eaten toast since.
# probability
o If you toss a coin nine times and it comes up heads every time, what will it do on the tenth?
o Most people, when asked to make up a row of coin tosses, do it wrong: theirs look too tidy.
m The coin has no memory, so the answer is that nobody knows, just as before.
m What is true is that in the long run the heads and the tails will come closer and closer to half and half.
m They do so not because tails are owed to us, but because nine extra heads hardly count among ten thousand.
m In a real row of two hundred tosses there are nearly always six in a row somewhere.
m Chance is lumpy.
m That's why three buses come at once, and why a run of bad luck isn't a sign of anything.
x In a class of {num:24-35} children it's more likely than not that two of them share a birthday, and in ours it was the twins and somebody else.
t If it came up heads a hundred times, on the other hand, I'd have a good look at the coin.
c We're very good at finding patterns, and not nearly so good at leaving them alone.
c The dice don't know that you are watching.
# taste
o How much of what we taste do we actually taste?
o With a cold in the head, an apple and an onion aren't as different as you would think.
m The tongue knows only a handful of things: sweet, sour, salty, bitter, and the savoury one that makes you want more soup.
m All the rest, from strawberries to smoke, reaches us by way of the nose, through the back door.
m We blindfolded {num:8-20} people, gave them nose clips, and fed them small cubes of fruit and vegetables.
m Fewer than half could tell pear from potato.
m As soon as the clip came off, they all cried out at the same moment, and nearly always got it right.
m Children scored slightly better than adults, and the cook scored worst of all.
x One man insisted that he'd been given banana three times, and he had not been given it once.
t The cubes were all cold, I should add, and warm food smells more.
c A good part of every meal is therefore in the air.
c So if you burn the dinner, hand out pegs.
# *
m We did this three times, and each time the result was [much the same|slightly different].
m Nobody had told the {animal}, of course, what it was supposed to do.
m The difference was small, but it didn't go away when we measured again.
m This may sound like <virtue> rather than science, but the two are closer than you'd think.
x You can do this at home with <thing> and a bit of <virtue>.
t It's possible that we made a mistake somewhere, and we'd be grateful if somebody would check.
t That's the short version; the long one has more numbers in it.
c We don't know yet, and that's the interesting part.
c More work is needed, as they always say, and in this case it's true.
m We weighed it, first together with the {container} and then without, and the difference came to {n:3-90} grams.
m For comparison we used {a object} made of {mass.material}.
x In place of the {object} you can use {a kitchen} or {a toy}.
t With {mass.material} instead of {mass.material} it might have come out differently.
"""
