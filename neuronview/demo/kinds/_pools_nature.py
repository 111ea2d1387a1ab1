# ruff: noqa: E501
"""Sentence frames of the nature pieces (mostly present tense), by place or creature.

Lines are `o`, `m`, `x`, `t` or `c`. Knows nothing of how a passage is put together.
"""

TEXT = """
# pond
o From a distance the pond looks as if nothing has ever happened there.
o If you lie on your stomach at the edge of a pond and keep still, it takes about five minutes for the pond to forget you.
m Pond skaters dart about on the surface as though it were made of glass.
m Down in the weed something stirs, sends up three bubbles and thinks better of it.
m A dragonfly patrols the reeds, up and down, up and down, like someone who has lost an earring.
m The frogs, which had stopped singing when you came, start up again one by one.
m In March the water is full of jelly, in April it's full of commas, and by June the commas have legs.
m Swallows come down to drink without landing, each of them drawing a short white line.
x Once I saw a heron stand in the shallows for forty minutes, strike, miss, and shake its head.
t In a dry summer, though, it shrinks to a puddle, and everything that can walk or fly moves out.
c At dusk the midges rise, the bats arrive, and the pond turns back into a piece of sky.
c Throw in a stone, and it will be the news of the day.
# crow
o Anyone who thinks that birds are stupid has never been looked at by a crow.
o There's a crow on our street that knows me.
m It walks, rather than hops, with its hands behind its back, so to speak, like a retired colonel.
m It has learned that if it drops a walnut on the crossing and waits for the lights, somebody will drive over it.
m When a cat comes into the yard, every crow for half a mile around is told about it.
m They mate for life, fight for fun, and never forget a face.
m In winter hundreds of them fly in at dusk from the fields, and the bare trees fill up like a theatre.
m Its voice is not beautiful, but you can say a lot with it.
x <time_past> I left half a sandwich on the wall, and the next morning there was a bottle top in its place.
t Farmers have less time for them, and put up figures in old coats, on which they sit.
c It turns its head, considers me first with one eye and then with the other, and lets me go.
c I'd give a good deal to know what it calls me.
# oak
o The oak at the bottom of the field was old before anybody thought of writing down how old it was.
o A full-grown oak is not so much a tree as a town.
m Beetles live beneath the bark, owls in the hollow, squirrels in the fork, and moss on whichever side is damp.
m The acorns that the jay buries and forgets become, if the mice overlook them too, the next wood.
m It puts out its leaves later than its neighbours, as if it wanted to be quite sure.
m In a gale the young trees bend, while the old one groans, drops a branch or two, and stays where it is.
m Its roots reach as far out as its branches, and they hold the bank together.
m Cows stand in its shade at noon, all facing the same way.
x Lightning struck it the year my father was born, and you can still put your whole arm into the scar.
t Not that it will last for ever: the heart of it has been empty for a hundred years.
c It has seen five kings, eleven wars and any number of picnics, and it hasn't said a word.
c You could come back here when you are ninety, and it would look at you as though you'd just popped out for a moment.
# river
o A river is never in a hurry, and it's never late.
o Up here you can step across it; a hundred miles further down it carries ships.
m It comes out from under a stone, so quietly that you'd miss it if it weren't for the cress.
m Where the ground is steep it talks all the time, and where it's flat it hardly says anything.
m On the outside of each bend it eats away the bank, and on the inside it puts it down again.
m Kingfishers flash past, too blue to be believed, and are gone before you can point.
m After heavy rain it turns brown and carries off whatever hasn't been tied down: planks, buckets, once a whole hen house with the hens on the roof.
m Trout hang in the current with their noses upstream, hardly moving, like kites.
x When the snow melts in the hills, people in {town} carry their carpets upstairs.
t They tried to straighten it once, with bulldozers, and it took no more than one wet winter to change its mind.
c In the end it slows, spreads, tastes of salt, and stops being a river at all.
c You can't step into the same one twice, they say, but you can get just as wet.
# snow
o It begins in the night, and you know it as soon as you wake, because of the quiet.
o Snow is only rain that has taken its time.
m Every twig has a white line along the top of it, drawn by somebody with a very fine brush.
m The whole story of the night is written down in the garden: here a cat, there a fox, and here, where the tracks stop short, an owl.
m Sounds come from closer by, as though the world had been moved indoors.
m Blackbirds puff themselves up until they look like plums.
m Under the crust it's warmer than above, and there the voles go about their business in long blue tunnels.
m By midday it's dripping from the gutters, and by four o'clock the drips have turned to glass.
x <someone> put out an apple cut in half, and within ten minutes three kinds of bird were quarrelling over it.
t For anything that lives on worms, on the other hand, a week of this is a disaster.
c Then one night you hear the wind change, and in the morning there is only a hat lying on the grass, and a carrot.
c It doesn't last, and that may be why we run out in our slippers to look at it.
# spring
o One day in [February|March] the light comes round the corner of the house and finds the kitchen table again.
o Spring doesn't arrive; it leaks in.
m First come the snowdrops, which do not mind being snowed on, then the crocuses, which do.
m A blackbird has taken over the aerial and sings as if he were paid by the hour.
m The hedge is still bare, but if you look at it sideways there's a kind of green smoke in it.
m Lambs discover their legs.
m All over the neighbourhood you can hear lawnmowers refusing to start.
m Bees stumble out into the sun, looking as though they had slept in their clothes.
x On the south side of the wall, where it's always warmer, I found {num:3-9} ladybirds packed together in a crack like loose change.
t Then it snows again, of course, just to remind us who's in charge.
c And suddenly you notice that you've been standing in the garden for an hour without a coat.
c By the time you have got used to it, it's summer.
# desert
o People say that there's nothing there, but they've usually seen it at noon.
o In the desert everything that is alive has had to make up its mind about water.
m Some plants store it, some wait years for it, and some send down a root as long as a street.
m By day the animals stay below ground, where it's cool, and leave the surface to the light.
m After sunset the sand gives back its warmth, and all at once there are tracks everywhere.
m A beetle stands on its head at the top of a dune and lets the fog run down its back into its mouth.
m The wind combs the slopes, moves them a few inches to the east, and combs them again.
m You can hear your own blood.
x Once in a decade it rains, and a week later the whole plain is covered with flowers that nobody has seen since they were children.
t It may look as though nothing could ever change, but a single storm will move a hill.
c At night the stars come down so low that you feel like ducking.
c Whoever has spent some time there finds that other places talk too much.
# garden_birds
o Ten minutes at the kitchen window are enough to learn who is afraid of whom.
o The feeder has been up for a week, and already there are regulars.
m The tits take one seed at a time and carry it off to eat it in private, like people in an office.
m Sparrows arrive in a gang, all talking at once, and leave as if at a signal.
m The robin, which looks so sweet on the cards, lets nobody else sit at his table.
m A woodpecker comes at eight on the dot, hangs upside down, and makes short work of the fat.
m The pigeon walks about underneath, picking up whatever the others let fall.
m When the hawk's shadow slides over the lawn, everything stops, even the squirrel.
x Last winter a bird turned up that none of us could name, and by the time we'd found the book, it had gone.
t You shouldn't stop, however, once you've begun, for they'll have come to count on you.
c They owe us nothing, and we go on buying seeds.
c It's better than television, and the ending is never the same.
# mountain
o The higher you go, the fewer things there are, and the more carefully you look at each of them.
o In the valley it was raining, but halfway up we walked out through the top of the cloud.
m First the oaks stop, then the pines, and at last even the grass has to hold on with both hands.
m Marmots whistle from the scree, and every one of them is sitting in front of its own front door.
m Up here summer lasts about six weeks, and the flowers have no time to grow tall.
m The stream that we could hear all morning turns out to be on the opposite side, thin as a thread.
m Two ravens are playing in the updraught, rolling over on their backs for no reason but joy.
m Snow stays in the gullies until August, grey and grainy, with a blue light underneath.
x A shepherd we met told us that he could smell the weather, and pulled his hat down; an hour later we knew what he meant.
t The path is easy enough in sunshine, but in fog it's another path altogether.
c At the top there is a cross, a book in a tin box, and the whole of the world.
c Going down takes longer than you'd think, and it's the knees that remember it.
# night_garden
o After dark the garden belongs to somebody else.
o Switch off the lamp, stand by the back door, and wait until your eyes have opened all the way.
m Slugs, as long as a finger, are crossing the path with all the time in the world.
m The white flowers, which looked like nothing much at noon, are lit up as if from within, and smell of cloves.
m Moths come to them with a sound like a very small engine.
m Something snuffles along the fence, stops, sneezes and goes on: a hedgehog, on his rounds.
m Two owls are talking over your head, the one asking and the other answering.
m The fox goes through at eleven, along the wall, not looking left or right, like someone who works nights.
x I once came face to face with a badger on the compost heap, and we both said the equivalent of "excuse me".
t If the moon is up, though, they are all more careful.
c By the time the milk van comes there's nothing to be seen but silver lines on the stones.
c You go back inside, and the house seems very bright and rather stupid.
# bees
o On a warm day the hive hums on one note, and you can tell by the note how they are.
o A single bee is hardly an animal at all; it takes thirty thousand of them to make one.
m The young ones clean, then nurse, then build, then stand guard, and only the oldest fly out.
m Whoever has found a good tree in blossom comes home and dances, and the dance is a map.
m A spoonful of honey is the life's work of about a dozen of them.
m In autumn the drones, who have done nothing all summer but eat, are shown the door.
m All winter they hang together in a ball, taking turns on the outside, and shiver to keep warm.
m They don't like dark wool, strong scent or the breath of somebody who's nervous.
x When a swarm settled on the post box, {mr} from number {n:2-60} walked up to it in shirtsleeves, talking quietly, and swept it into a box with a goose feather.
t They aren't always gentle: before a thunderstorm it's best to leave them alone.
c In the evening they stand in a row at the entrance and fan, and the whole garden smells of wax.
c Without them there would be no apples, and without apples, no August.
# fog
o This morning the street has no other end.
o Fog doesn't fall, like rain; it gets up out of the fields and stands about.
m The gate is there, and the first of the pear trees, and after that one has to take it on trust.
m Spiders must have been busy all night, for each bush is hung with nets, and every net with beads.
m A cow coughs, close by, with the voice of an uncle.
m Drops gather at the tips of the twigs, hang, swell, and fall on your neck.
m Geese go over, calling to one another so as not to get lost, and you can hear their wings but you can't see a single one.
m Somewhere the sun must be up, because the grey is turning to milk.
x A cyclist came out of nothing, said good morning, and went back into it.
t It's lovely, as long as you don't have to drive.
c Around ten it lifts a little, like someone peeping under a cloth, and there the hills are, where we left them.
c By noon nobody believes that it was ever there.
# *
m <often> you can hear it quite clearly.
m There is a smell of [wet earth|cut grass|smoke|wild garlic|resin] in the air, and of something else that has no name.
m If you stand still <duration>, they stop minding you.
m {A animal} [crosses the path|looks up|vanishes between the stones], and it's gone before you can reach for your glasses.
m Further off, where the {landscape} begins, [a cuckoo|an owl|a dog|a curlew|a woodpecker|a fox|a pheasant|something] is calling, over and over, and nobody answers.
m Nothing moves, nothing at all, and then everything does.
x <time_past>, while I was <while_ing>, I happened to look up at the right moment.
t Some years it's different, and nobody can say why.
t You could walk past here every day and not notice any of this.
c It has nothing to do with us, and that's the beauty of it.
c Tomorrow I'll come back, a little earlier, and bring a flask.
m {A adj.colour} {animal} sits on [a flat|a warm|a mossy] stone and does nothing at all, very thoroughly.
m Where the {landscape} meets the {landscape} you may find the tracks of {a animal}.
m It is {month}, and the air tastes of {mass.weather} and {mass.material}.
m Everything is {adj.colour}, or {adj.colour}, or something in between for which there's no word.
m {A animal} calls, another answers, and for a moment the whole {landscape} listens.
x {A profession} from {town} swears that there used to be {animal:plural} here, and nobody dares to contradict {him#3}.
x I have sat here in {month} and in {month}, in {mass.weather} and in {mass.weather}, and it has never looked the same.
c The {weather} comes nearer, and the {animal:plural} know it.
"""
