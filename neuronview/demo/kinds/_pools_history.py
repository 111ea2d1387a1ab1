# ruff: noqa: E501
"""Sentence frames of the histories of things: an object, a firm, a house, with invented people and years, by thing.

Lines are `o`, `m` (kept in order), `x`, `t` or `c`. Knows nothing of how a passage is put together.
"""

TEXT = """
# umbrella
o The umbrella was made to keep off the sun, and it took a surprisingly long time until anybody thought of rain.
o Hardly anyone has ever worn out an umbrella; people lose them first.
m In the beginning it was carried by a servant, over the head of someone who did not have to carry anything.
m The first man in {town} who dared to walk under one in the rain was pelted with [cabbage stalks|mud] by the coachmen, who feared for their trade.
m The ribs were made of whalebone, the cover of oiled silk, and the whole thing weighed as much as a [goose|small child].
m When steel became cheap, the frames grew thin and light, and by {year:1855-1880} every clerk had one.
m Then came the folding kind, which could be left behind in far more places.
x At the lost property office in {city} there is a room that contains nothing else: {n:2000-9000} of them, hanging like bats.
t It has been improved hundreds of times, and it still turns inside out.
c It's a simple thing, a roof on a stick, and nobody has come up with anything better.
c As soon as it stops raining, it goes back to being nobody's.
# lighthouse
o The lighthouse at {town} was lit for the first time on {fulldate}, and by then it had already cost two lives.
o Before there was a tower on the rock, there was a bell; and before there was a bell, there were wrecks.
m The stones were cut on shore, numbered, and fitted into each other like the pieces of a puzzle.
m For {num:4-9} summers the masons rowed out at low water, worked for two hours, and rowed back again.
m The first keeper, a man called {name#1:male} {family#1}, stayed for thirty-one years and is said to have read the same newspaper throughout.
m To begin with it burned candles, then oil, then gas, and since {year:1922-1938} electricity.
m In {year:1968-1990} the last keeper was taken off by helicopter, with his cat in a basket, and a switch was put in his place.
x In one winter gale the sea broke a window forty metres up and left a fish on the stairs.
t Ships find their way by other means nowadays, and the light is kept on mainly because people complained when it went out.
c It still flashes, three times every twenty seconds, as though it were counting.
c You can spend the night there now, provided that you don't mind the stairs.
# button
o For thousands of years people had buttons and no buttonholes.
o The button is one of those inventions that look as if they had always been there.
m At first it was sewn on as an ornament, while the clothes were held together by pins, laces and belts.
m Somebody, we'll never know who, then had the idea of cutting a slit on the opposite side.
m After that, sleeves could be tight and children could be undressed.
m Kings wore them by the hundred; there were laws as to who was allowed how many, and they were broken every day.
m The workshops of {town} turned out {num:2-9} million a year, in bone, brass, horn and mother-of-pearl.
m When the zip came along, everybody said that the button was finished.
x My grandmother had a tin of them, and we were allowed to run our hands through it when we had been good.
t Why men's coats should close on one side and women's on the other has been explained so often that it can't be true.
c They're still there, two on every sleeve, doing nothing.
c Lose one, and you'll notice at once what it was that it did.
# railway
o When the railway came to {town}, half of the town wanted the station in the middle and the other half didn't want it at all.
o The line was {num:11-40} miles long, it never made a profit, and everybody loved it.
m It was built by {family#1} and Sons, who had started out with canals and ended up with debts.
m Four thousand men came with picks and barrows, slept in huts, drank, sang, and moved on with the rails.
m On the first day the mayor made a speech, the engine let off steam, and nobody heard a word.
m Until then each town had kept its own time; from now on there was only one, and it was kept by the stationmaster.
m Milk went out in the morning, and newspapers came back in the evening, and with them the fashions.
m In the war the trains carried soldiers, and for years afterwards the platform was a place that some people would not walk across.
x A guard named {full#2} once held the last train for half an hour because a little girl had dropped her doll; he was reprimanded, and stood drinks for a year.
t By {year:1958-1972} there were more staff than passengers, and it was decided to close it.
c Today you can cycle along the whole length of it, and in the tunnel people still lower their voices.
c The station is a restaurant; it serves a dish called "the 8.14", and it comes late.
# chair
o There is a chair in the town hall of {town} on which nobody is allowed to sit.
o For most of history people sat on benches, on chests or on the ground, and only one person had a chair.
m That is why we still say of somebody who is in charge that they hold the chair.
m It was made in {year:1705-1790} by a joiner from {town}, out of a pear tree that had been struck by lightning.
m The left arm is slightly more worn than the right, from which we may conclude something about its owner.
m It passed from father to son, from the son to a creditor, and from the creditor to a theatre, where it served for forty years as a throne.
m In {year:1890-1939} it turned up at an auction, painted green, and was knocked down for the price of a goose.
m Under the paint they found the carving, and under the seat, a love letter.
x {A profession} fell asleep in it during an election and was, by an oversight, elected.
t Experts disagree about whether the back legs are the original ones.
c It looks hard, it is hard, and everyone who sees it wants to try it.
c On the whole it has had a quieter life than the people who sat on it.
# recipe
o Nobody knows who baked the first {town} cake, but three bakeries claim that it was their great-grandfather.
o The pie for which our town is famous was an accident.
m According to the best-known story, a kitchen maid forgot the [yeast|eggs], was too frightened to say so, and covered it with jam.
m The mistress of the house ate three slices and asked for the recipe, which the girl had to invent on the spot.
m In the oldest version, written down in {year:1810-1870}, it contains pepper; nobody has dared to leave it out, and nobody likes it.
m Sugar was dear in those days, and so it was made for weddings only.
m During the war they used carrots instead, and there are old people who will tell you that it was better.
m Since {year:1970-1999} it has been baked in a factory, by a machine that puts a thumbprint into each one.
x In a blind tasting, a committee of {num:5-12} citizens gave first prize to a cake that came from the petrol station.
t My aunt, who was born there, had never heard of it.
c Every family makes it differently, and every family makes it right.
c Whatever the truth may be, it keeps for a fortnight and travels well.
# school_building
o The old school on {street} was built for two hundred children, and for most of its life it held twice that many.
o It began with {num:9-19} children, one room and a stove.
m The money came from a merchant by the name of {full#1}, who could not read {himself#1} and was tired of having it done for him.
m Boys went in on the left and girls on the right, and in the middle there was a door for the inspector.
m Each child had to bring a log in winter, and whoever had forgotten it sat furthest from the fire.
m In {year:1916-1945} it was used as a hospital; the hooks are still in the ceiling.
m A wing was added when the children of the children came, and a gymnasium when somebody left them a vineyard.
m The bell cracked on a cold morning in {year:1950-1965}, and since then it has said "clonk".
x On the back of the blackboard, when it was taken down, they found a sum that had been set {num:60-90} years before and not been rubbed out.
t There was talk of pulling it down, as there always is, and a good many people who had hated every hour they spent there signed the petition.
c Now it's flats, and the man who lives in the former classroom says that he still feels he ought to put his hand up.
c The chestnut tree in the yard was planted by the first class, and it has outlived them all.
# bicycle_firm
o The firm of {family#1} and {family#2} made bicycles for {num:50-90} years, and there's hardly a shed in the county without one.
o It all started in a blacksmith's shop, with a broken pram and a quarrel.
m {name#1} {family#1} was good with {his#1} hands, {name#2} {family#2} was good with figures, and neither of them could ride.
m Their first model weighed as much as a calf, had no brakes, and was ordered by a priest.
m By {year:1895-1910} they employed two hundred people, a brass band and a doctor.
m Then the motor car came, and everyone advised them to give up; they made a bicycle for ladies instead, with a guard for the skirt.
m After the war there was no steel, so for two years they produced saucepans with a bell on them.
m The sons wanted racing bikes, the daughters wanted to sell, and in the end it was the bank that decided.
x A postman in {town} rode the same one for {num:31-48} years, and worked out that he had been round the world five times without getting further than the mill.
t It would be easy to say that they were beaten by cheap imports, but the truth is that theirs simply never broke.
c The works are a museum today, and on Sundays you can have a go on the calf.
c If you find one in a barn, oil the chain, pump up the tyres, and off you go.
# bridge
o There has been a bridge at this spot since before there was a town, and the town is there because of the bridge.
o The first one was of wood, the second of wood and stone, and the third fell down before it had been paid for.
m Whoever crossed it had to pay: a penny for a man, two for a horse, and nothing for a bride.
m The toll keeper lived in the little house on the middle arch and is said to have fished out of the kitchen window.
m In {year:1784-1820} the ice carried off two of the arches, together with a butcher, who was found downstream, unharmed and very angry.
m The architect of the present one was {num:24-33} years old, and had never built anything except a greenhouse.
m He stood underneath, as was the custom, when the first loaded wagon went across.
m It was blown up by one army, patched up by another, and put back stone by stone by those who lived on either side.
x In the evenings couples fasten padlocks to the railings, and once a year a man from the council comes with a saw.
t Strictly speaking it's too narrow for the buses, too low for the boats and too old for both.
c People who have quarrelled still say of themselves that they "live on different banks".
c It has carried everything that this town ever had, and most of what it lost.
# alarm_clock
o Before there were alarm clocks, there were people who walked through the streets with long poles and tapped on the windows.
o Who woke the person whose job it was to wake everyone else?
m Monks had bells, farmers had cocks, and the rich had somebody who drew the curtains.
m For the rest it was enough to get up when it became light, until the factories came, which opened at six whatever the sun might be doing.
m An early model set fire to a candle; another tipped the sleeper out of bed.
m {full#1}, a clockmaker in {town}, built one in {year:1840-1875} that lit the stove and put on the kettle, and his neighbours moved away.
m Cheap tin clocks with two bells on top stood on every bedside table by the end of the century.
m Then the radio learned to do it, and after that the telephone.
x {A profession} I know puts hers inside a saucepan, at the far end of the flat.
t The button that lets you sleep for a few minutes longer was an afterthought, and has surely cost the world more work than any strike.
c We have never been woken so precisely, and we've never been so tired.
c It's the one invention that everybody owns and nobody thanks.
# ferry
o Until the bridge was opened, the only way across was to ring the bell and wait for the ferry.
o The ferry at {town} stayed in one and the same family for {num:5-9} generations, and not one of them could swim.
m It was a flat boat on a cable, and the current did most of the work.
m In summer it carried hay, cattle and lovers, in winter the doctor and the post.
m Old {mr#1} charged by weight, it's said, and rounded up.
m Twice it broke loose: once with a wedding party on board, who danced as far as {town}, and once, by night, all on its own.
m A motor was put in in {year:1925-1948}, and from then on you could no longer hear what people were saying on the other side.
m On its last day everybody in the village went over and back again, whether they had to or not.
x Children from the far bank who had missed it were excused the first lesson, and missed it as often as they dared.
t The bridge is quicker, nobody denies that, and it never has to stop because of fog.
c The bell is still hanging there, and on quiet evenings somebody will always ring it.
c The boat itself lies upside down in a meadow and is full of hens.
# spoon
o Of all the things on the table the spoon is the oldest, and the only one that you can't hurt yourself with.
o A spoon is a hand that doesn't mind how hot the soup is.
m The first were probably shells, and in some languages the two still have the same name.
m A traveller used to carry his own, in a leather case on his belt, and it went with him into the grave.
m Wooden ones were carved in the long evenings, and a young man would give one to the girl he hoped to marry.
m Tin, then pewter, then silver: you could read a family's fortunes in the drawer.
m Forks, when they came up, were laughed at as a fad for people with weak fingers.
m In {year:1905-1930} a works in {town} pressed the first one out of a single sheet of steel, at the rate of {num:20-90} a minute.
x {name#1}, a prisoner, dug a tunnel with one in {num:3-12} years, and came out in the governor's kitchen.
t It hasn't changed much since then, although designers can't seem to leave it alone.
c We are fed with one when we come into the world and, if all goes well, again before we leave it.
c There are fewer of them in the drawer each year, and no one can say where they go.
# *
m What happened during the next few years isn't quite clear, as the papers were lost in a [fire|flood|move].
m It is said that {name#3} {family#3}, who was {a profession}, had a hand in it.
m Nobody at the time thought that it would last.
m In {year:1880-1930} there was a fire, and everything had to be begun again.
x A photograph from those days shows {num:6-20} people in hats, squinting, with {a animal} in the foreground.
t That, at least, is the official version.
t As so often, there's no proof of this whatsoever, and everyone believes it.
c So it goes with things: they're new, then old, then rubbish, and then, all of a sudden, precious.
c The rest, as the saying goes, is history.
m For a time it was used as {a container}, then as {a furniture}, and once, during {a adj.bad} winter, as fuel.
m {A profession} from {city} offered {money} for it, was laughed at, and came back with double.
m In {month} {year:1860-1940} it was moved to {town}, where it stood for years between {a object} and a stuffed {animal}.
m The {profession:plural} of {town} went on strike over it and won.
x In a letter of {year:1820-1900} {a profession} calls it "{adj.size}, {adj.colour} and quite useless".
t The {profession:plural} tell it differently, and they have {a object} to prove it.
"""
