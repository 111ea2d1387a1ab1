# ruff: noqa: E501
"""Sentence frames of the scenes (third person, past tense), by place.

Lines are `o` (setting), `m` (what happens), `s` (speech) or `c` (close); the first person is `#1`, the second `#2`.
Knows nothing of how a passage is put together.
"""

TEXT = """
# kitchen
o The kitchen was warm and smelt of [onions|burnt sugar|wet dog], and the window above the sink had steamed up so that the [garden|street] was only a green blur.
o {name#1} came in without taking off {his#1} coat and stood with {his#1} back to the stove.
m On the table, between the butter and the newspaper, lay an envelope that nobody had opened.
m {He#1} filled the kettle, put it down, and then, as if {he#1} had forgotten what kettles were for, filled it again.
m {name#2} went on slicing [carrots|bread|leeks], a little faster than before.
m The tap dripped twice into the silence, and both of them looked at it with something like gratitude.
m There was flour on the floor, flour on the chairs and, in the middle of it all, a small white cat that had not been white that morning.
m A pan lid was rattling, but nobody got up to turn down the gas.
s "You might at least [sit down|take your coat off]," said {name#2}, without turning round.
s "I thought you'd be back by six," {he#2} said, and it did not sound like a reproach, which made it worse.
s "Is there any more of that soup?" asked {name#1}, who had not yet touched what was in the bowl.
c Then the toast began to burn, and they both reached for it at once.
c Long after {he#2} had gone up to bed, {name#1} sat there picking at the crumbs and listening to the pipes.
# station
o It was past midnight, and the last train had been [cancelled|late for so long that people had stopped looking at the board].
o By the time {name#1} reached the platform, the doors were closing.
m A woman with a cello was asleep against the ticket machine, one arm round its neck.
m {He#1} put down {his#1} case, read the timetable from top to bottom, and then read it again, in case it had changed.
m The loudspeaker cleared its throat, said something about {city}, and gave up.
m Somewhere beyond the signals an engine was breathing, slowly, like an animal in a stall.
m A boy in a school cap was counting his money on the bench, and each time he got a different answer.
m The clock jumped forward a minute with a click, the way station clocks do.
s "Does this one stop at {town}?" {he#1} asked the guard, who considered the question as if it had been put to him in verse.
s "If you run," said the man behind the glass, "you'll just about miss it."
s "I wasn't waiting for the train," said {name#2}. "I was waiting for you."
c The rails began to hum; everybody stood up, and nobody went anywhere.
c {He#1} watched the red light get smaller until it could have been [a cigarette|anything].
# street
o The rain had stopped, and all down the street people were [coming out of doorways|folding their umbrellas] as if after a play.
o Nobody had lived at number {n:3-90} since the fire, but on Thursday evening there was a light in the upstairs window.
m {name#1} crossed over, partly because of the puddles and partly because of {name#2}.
m Two men were carrying a mattress round the corner, and from the way they were laughing it could not have been theirs.
m A taxi slowed down, thought better of it, and drove on.
m {He#1} had walked past that door every day for six years, and had never until then noticed that it was [green|not quite straight].
m Under the awning of the closed butcher's shop somebody was selling [chestnuts|flowers|batteries] out of a pram.
m Half a newspaper came tumbling along the gutter and wrapped itself round a lamp post to read.
s "You haven't seen a dog, have you?" a girl called from across the road. "Brown, about so high, doesn't come when he's called?"
s "Funny," said {name#2}, "I was just thinking about you," and it was plain that this was not true.
s "Mind the step," said the old man, a second too late.
c {He#1} turned up {his#1} collar and went the long way round.
c When {he#1} looked back, the light had gone out.
# office
o On Monday mornings the whole [third|seventh] floor smelt of [carpet cleaner|other people's coffee].
o The meeting had been going on for two hours when {name#1} realised that it was about {him#1}.
m Behind the glass wall {name#2} was nodding at the telephone, which cannot have been much use to the person at the other end.
m The printer woke, shuddered, and produced a single sheet with one line on it: out of paper.
m {He#1} wrote down the word "budget", underlined it, and gave it a small hat.
m Somebody had watered the plastic plant again.
m All round the table people looked at their hands, as they always did when the figures came up.
m {name#1} had been [promoted|moved] twice that year, each time to a desk nearer the lift.
s "Let's not lose sight of the bigger picture," said a voice from the laptop, and froze with its mouth open.
s "Have you got a minute?" asked {name#2}, closing the door behind {him#2}, which was never a good sign.
s "With respect," {he#1} said, and everyone knew what that meant.
c At half past five {he#1} switched off the lamp, put on {his#1} coat, and stood for a moment listening to the hum of nothing being done.
c On {his#1} way out {he#1} took the picture of the boat off the wall, and nobody ever asked where it had gone.
# hospital
o The corridor was so long that the people at the far end of it looked like a different family.
o It was the hour after lunch when nothing happens, and {name#1} sat beside the bed and watched the drip.
m A trolley went by with one squeaking wheel, and every head turned to see who was on it.
m {name#2} lay with {his#2} eyes shut, but the hand on the blanket was keeping time to some tune or other.
m On the windowsill stood three cards, a bunch of grapes, and a model aeroplane with one wing.
m {He#1} had brought a book to read aloud, and now found that every page of it was about somebody dying.
m The doctor was young, had clearly not slept, and had odd socks on, and for some reason it was the socks that {name#1} trusted.
m Outside, in the ordinary sunshine, two porters were kicking a paper cup back and forth.
s "They say I can go home on Friday," {name#2} whispered, "if I behave."
s "Are you a relative?" asked the nurse, and {he#1} said yes, since it was quicker than the truth.
s "You don't have to stay, you know," said {name#2}. "I'm not going anywhere."
c When {he#1} got up to leave, the hand stopped, waited, and began to beat again.
c Only in the lift, between the second floor and the first, did {he#1} allow {himself#1} to sit down on the floor.
# market
o By seven the square was full of [vans|boxes|voices], and the first of the peaches had already been [dropped|stolen].
o {name#1} had come for eggs and nothing else; {he#1} had said so twice, aloud, on the way.
m A man was shouting the price of cauliflowers as though it were news of a victory.
m The fish lay in rows on the ice, looking surprised.
m {He#1} picked up a melon, knocked on it, and listened politely for an answer.
m Between the cheese and the cheap watches a child had lost hold of its balloon, and half the market was looking up.
m {name#2} weighed the plums in one hand and the change in the other, and gave short measure in both.
m Wasps were going in and out of the jam as if they had been asked.
s "Two for five, three for six," said the woman, "and for you, my love, four for eight."
s "They were fresh this morning," {name#2} said, not saying which morning.
s "I'll come back for them," said {name#1}, and they both knew that {he#1} would not.
c {He#1} went home with a lamp, two kilos of cherries and a hat, and had to go out again for the eggs.
c By two o'clock there was nothing left but cabbage leaves and pigeons.
# beach
o The tide was so far out that the sea was only a line with a noise behind it.
o It was not the weather for the beach, but they had come all that way, so they [sat on the towels in their coats|put up the windbreak and sat behind it, shivering].
m {name#1} was digging, with great seriousness and a yoghurt pot, a hole that was going to reach the other side.
m A yellow dog had found a dead crab and was carrying it from family to family.
m Far out, something that might have been a seal, or a head, or a buoy, went under and did not come up.
m {name#2} read the same paragraph until the wind, losing patience, turned over the page.
m Every wave seemed to have come a long way to say one word.
m The sandwiches crunched, as they do, and nobody complained.
s "Don't go in further than your knees!" somebody shouted, and six children at once went in up to their necks.
s "That's not a ship," {he#2} said after a while. "That's an island. It's always been there."
s "When I grow up," said the boy, "I'm going to be a lighthouse."
c When they left, {name#1} looked back at the hole: it was full of water, and there was a small piece of sky in it.
c All the way home there was sand in the gears, in the biscuits and in the conversation.
# forest
o Beneath the trees it was already evening, although it could not have been later than three.
o They had been following the yellow marks for an hour when {name#1} noticed that they were [leaves|on both sides of the path].
m Something heavy moved off through the bracken, not hurrying.
m {name#2} held the map the other way up, and this, for a time, seemed to help.
m The stream was louder than it looked, and a good deal colder.
m A jay went screaming through the branches to tell everybody that there were people about.
m {He#1} trod on a stick, and the whole wood appeared to stop and listen.
m There was a hut in the clearing with a padlock on the door and no back wall.
s "We passed that stump before," said {name#1}. "I remember it, because I said so last time."
s "If we go downhill," {he#2} said firmly, "we're bound to come to something."
s "I'm not lost," said {name#2}. "I just don't know where anything else is."
c Then they heard a chainsaw, quite close, and it was the loveliest sound in the world.
c The path came out, to the embarrassment of both, behind the car park.
# library
o It was the sort of library in which even the radiators tried to whisper.
o On the last day before it closed for good, there were more people in the building than there had been all year.
m {name#1} ran a finger along the shelf, sneezed, and was looked at by three people with the same beard.
m Between pages ninety and ninety-one of an atlas somebody had left a pressed [fern|bus ticket] and a telephone number.
m The old man in the corner had been reading the same newspaper since it was new.
m {name#2} stamped the book slowly, as though there were still something that might be said on both sides.
m High up, a window banged, and for a second all the pages in the room lifted.
m {He#1} found that someone had answered, in pencil, every question the author asked.
s "It was due back on the fourth," said {name#2}, "of May. Of the year before last."
s "Do you have anything about [knots|volcanoes|being twins]?" whispered a very small boy.
s "You can't eat that in here," {he#2} said, and then, lowering {his#2} voice, "unless there are two."
c At five to eight the lights went down one row at a time, and the stories had the place to themselves.
c {He#1} walked out into the rain with the book under {his#1} shirt, like a stolen loaf.
# car
o They had not spoken since the motorway.
o The car broke down, as it always did, at the exact point where one could still see the garage that had repaired it.
m {name#2} drove with both hands on the wheel and {his#2} eyes on the lorry in front, which was carrying, according to its doors, happiness in every bite.
m The wipers went back and forth, back and forth, like someone looking for a word.
m In the back seat the baby had at last fallen asleep, and now neither of them dared to stop.
m {name#1} unfolded the map until there was no longer any room for the driver.
m A sign went past too fast to be read, and then another, and then a third that said they should have read the first.
m Every few miles {he#1} looked over {his#1} shoulder, and every few miles there was the same pair of headlights.
s "Left," said {name#1}. "No, the other left."
s "Are we nearly there?" asked a voice from behind, for the ninth time since breakfast.
s "I'm not angry," {he#2} said. "I'm driving."
c It was only when they were standing on the verge, watching the smoke, that one of them began to laugh.
c The engine ticked as it cooled, and above them, all at once, were more stars than they had seen in years.
# school
o The bell had rung, the chairs were up on the tables, and still {name#1} did not come out.
o On the first day of term the corridor smelt of floor polish and new shoes.
m Somebody had drawn a whale on the blackboard, so large that its tail went round the corner.
m {He#1} knew the answer; {he#1} knew it so well that {he#1} could not get it out.
m A paper aeroplane crossed the room, dipped, and came to rest in the teacher's hair.
m At the back, {name#2} was carving something into the lid of the desk with the point of a compass.
m Rain ran down the high windows, and twenty-six children watched two drops race to the bottom.
m The headmaster's shoes could be heard long before the headmaster.
s "And who," asked {mr#2}, "would like to tell us what is so funny?"
s "Please, miss," said {name#2}, "it was like that when I got here."
s "My dad says that's not how you do it," said a voice, and a sigh went through the class.
c When {he#1} turned the paper over, there was one word written on it, in red, and it was "yes".
c They ran out across the yard with their coats flying, as if they had been poured.
# workshop
o Nothing in the workshop had been thrown away since the war, and nothing had been found since then either.
o The bell over the door gave a cough, and {name#1} looked up from the [clock|violin|shoe] that lay open in front of {him#1}.
m Every tool had its nail, and every nail had, painted round it in red, the shape of its tool.
m {He#1} turned the little screw a hair's breadth to the left, held {his#1} breath, and turned it back.
m Shavings curled up out of the plane and dropped, with hardly a sound, on the others.
m {name#2} stood first on one foot and then on the other, like someone who has come to collect a verdict.
m The glue was warming on the ring, and the whole place reeked of it.
m A finger came down out of the dusk, wiped a clean stripe across the brass, and was gone again.
s "It can be done," {he#1} said at last. "I'm not saying it'll be pretty."
s "My father bought it here," said {name#2}. "He always said you'd cheated him."
s "How much?" asked {name#2}, and then, seeing the look on {his#1} face, "I mean, how long?"
c All at once, after eleven years, it ticked.
c {He#1} wiped {his#1} hands, turned the sign round on the door, and went back to the thing {he#1} actually loved.
# hotel
o The hotel had once been grand, and had not yet been told that it no longer was.
o When {name#1} unlocked room {n:11-420}, there was somebody in the bed.
m The lift had a little folding seat in it, for the use of those who got tired on the way.
m A waiter crossed the empty dining room with a single boiled egg on a silver tray.
m {He#1} opened all the drawers, one after another, and in the last there was a Bible, a hairpin and a chess piece.
m On the other side of the wall a man and a woman were arguing, with long pauses, in a language made mostly of sighs.
m The wallpaper showed the same shepherd, four hundred times, losing the same sheep.
m {name#2} pressed the bell on the counter, which made no sound, and then pressed it again, more gently, so as not to hurt its feelings.
s "We have you down for two nights," said the clerk, "starting yesterday."
s "Breakfast is from seven until the toast runs out," {name#2} explained.
s "I'd like a room with a view of the sea," said {name#1}. "So would we," said the porter.
c In the morning there were two pairs of shoes outside the door, and both of them were polished.
c {He#1} paid, tipped everyone, and left the key in the lock for whoever came next.
# farm
o Before it was properly light the cocks had begun, first one and then, from farm to farm, all the others.
o The gate was open, and the cows were in the [road|churchyard|neighbour's barley].
m {name#1} leaned on the fence and chewed a straw, in order to look like someone who knew about pigs.
m A tractor was going up and down the far slope, trailing gulls.
m The calf stood on legs that had been put on that very night, and did not trust them.
m {name#2} broke the ice on the trough with {his#2} heel and lifted out a piece as clear as a window.
m There was a cat on every beam of the barn, and each of them was pretending to be the only one.
m Hay dust hung in the light from the door, and when {he#1} breathed in it tasted of last July.
s "She'll come when she's ready," said {name#2}. "You can't shout a hen off her eggs."
s "That's not mud," {he#2} said kindly.
s "My grandfather planted those," said {name#2}, nodding at the oaks, "so that somebody would have to sweep up."
c By the time they had got the last one in, it was dark, and neither could see how badly the other wanted to sit down.
c {He#1} shut the gate, tied it with string, and, after a moment's thought, tied it again.
# party
o The music was too loud to talk over and not quite good enough to dance to.
o {name#1} had come late on purpose, and found that {he#1} was the first.
m Someone had put all the coats on the bed, and under the coats, it turned out, lay [the host|somebody's grandmother].
m A balloon went off, and a tall man by the bookcase spilt red wine down the front of a stranger.
m {He#1} held {his#1} glass in front of {him#1} as one might hold a small shield.
m Across the room {name#2} was laughing at something that could not possibly have been that funny.
m The cake was carried in, everyone sang, and it became clear that no two of them were agreed about the name.
m On the balcony three people who had given up smoking were watching a fourth who had not.
s "And how do you know each other?" asked a woman with olives on every finger.
s "I'm so glad you could come," said {name#2}, shaking hands with the wrong person.
s "We should really be going," {he#1} said at eleven, and at twelve, and with real feeling at two.
c When at last the door had shut, they stood among the bottles and agreed that it had been a success.
c {He#1} went home on foot, with one shoe and somebody else's scarf, humming.
# boat
o The engine had stopped, and for a while all they could hear was water [slapping the side|running along the planks].
o They set out at five, with a thermos, two rods and [a forecast in which nobody believed|the wrong tide table].
m {name#1} leaned out so far to look at the fish that {name#2} took hold of {him#1} by the belt.
m Fog came down over them like a lid.
m The oar, which had been mended with wire, went in whole and came out in two pieces.
m A big ship passed far off, lit from end to end, as if a street had gone for a walk.
m {He#1} bailed, and counted, and bailed, and lost count.
m The gull on the bow had the look of an inspector.
s "Can you see the light?" asked {name#2}. "Which one?" "Any one."
s "It's meant to do that," said {name#1}, as the water came up through the floor.
s "My uncle drowned just here," {he#2} remarked, unwrapping an egg. "Well. Nearly."
c The keel touched sand, gently, like a hand on a shoulder.
c Afterwards they told it as a funny story, but they never told it in front of each other.
# shop
o The shop sold nothing that anybody needed, and had done so for sixty years.
o Just as {name#1} was about to turn the sign to "closed", a face appeared at the glass.
m Between a stuffed owl and a tray of odd gloves, {he#1} had built {himself#1} a kind of nest.
m The customer picked up <thing>, looked at the price, and put it down as if it were hot.
m Dust lay on everything except the till.
m {name#2} had come in only to get out of the rain, and now could not find a polite way of leaving.
m There was a mirror at the back in which, for some reason, everybody looked [kind|like their father].
m {He#1} wrapped it in three sheets of newspaper, read one of them, and unwrapped it again.
s "It isn't for sale," said {name#1}. "That's the one thing in here that isn't."
s "Have you got it in another colour?" {name#2} asked. "It's a kettle," said {name#1}.
s "Just looking," {he#2} said, and it was perfectly true: {he#2} had come to look at {him#1}.
c The bell rang once more, the door closed, and on the counter lay the exact money and a glove.
c When {he#1} counted the takings that evening, there was one coin too many, and it was from a country that no longer existed.
# night
o At three in the morning {name#1} woke and knew that there was somebody else in the house.
o All that night [rain|hail|the wind|a loose branch] beat against the shutters, and nobody in the house could sleep but the [cat|baby].
m The moon had got as far as the wardrobe and was looking at the coats.
m {He#1} went down one stair at a time, keeping to the wall, where they did not creak.
m In the hall, <sound_past>; then it was still again.
m A line of yellow light lay under the kitchen door.
m {He#1} picked up the only weapon within reach, which was <thing>.
m The clock, which had never in its life been right, struck [four|eleven].
s "Who's there?" {he#1} called, in a voice that was a good deal higher than {he#1} had meant it to be.
s "Only me," said {name#2}. "I couldn't sleep either. Do you want an egg?"
s "Did you hear that?" "Hear what?" "Exactly."
c They sat up until it got light, talking about people they had known, and in the morning neither of them mentioned it.
c It was, of course, the hedgehog.
# *
m <time_in_scene> <sound_past>, and {name#1} [looked up|lifted {his#1} head|stopped in the middle of a word].
m <sound_past>; <sound_past>; otherwise there was nothing.
m {name#1} had been <while_ing> when <event_past>, and {he#1} felt <feel>.
m <weather_past>, and {name#2} was <feel_short>.
m <place_in> stood <thing>, and next to it <thing>.
m Without a word {name#2} got up, went to the window and came back again.
m {name#1}, who was not given to crying, [blew {his#1} nose|looked hard at the ceiling].
m Neither of them moved; then, all of a sudden, <event_past>.
m Had {he#1} known what was coming, {he#1} would [have brought a coat|never have sat down].
m {He#1} tried to look as if {he#1} had been <while_ing>, which deceived nobody.
m It was not until <event_past> that {name#1} understood what {name#2} had been trying to tell {him#1}.
s "What are you doing?" asked {name#2}. "Nothing," said {name#1}, who was <while_ing>.
s "I was going to tell you," said {name#1}. "When?" "When you'd stopped being cross."
s "You always do this," {he#2} said. "Do what?" "This."
s "I suppose you've heard," said {name#2}. {name#1} had not, but {he#1} nodded.
s "Well," said {name#1}, after a pause in which <sound_past>, "that's that."
s "Shall I tell you something?" said {name#2}, and then did not.
c Nothing more was said about it, then or later.
c For a moment everything was as it had been; then <event_past>.
m On the {furniture} stood {a adj.colour} {container}, and beside it lay {a adj.age} {object} that had not been there the day before.
m {name#2} was wearing {a adj.colour} {clothes} and looked {adj.mood}.
m {He#1} felt in {his#1} pocket for the {object#1}, found {a object#2} instead, and stared at it.
m Behind the {building} somebody was practising the {instrument}, badly but with feeling.
m {A adj.person} {profession} came past with {a animal} on a lead and wished them both a good {weekday}.
m It smelt of {mass.food}, {mass.material} and, very faintly, of {mass.drink}.
m {name#1} had once been {a profession}, and it still showed in the way {he#1} held {a object}.
m There was nobody in the {room} but {a adj.mood} {profession} who was eating {a food}.
m {name#2} took the {object#1} out of its {container}, turned it over, and put it back without a word.
m Through the {building_part} you could see the {landscape}, and on it, quite small, {a animal}.
m {He#1} had not been so {adj.mood} since the day of the {food:pl}.
m {A weekday} in {month}, {weather} outside, {mass.drink} going cold on the {furniture}: that is how {name#1} would remember it.
m Every few minutes {a adj.size} {vehicle} went by, and the {kitchen:pl} rattled on the shelf.
m Either {name#2} had not seen the {object#1}, or {he#2} was too {adj.person} to mention it.
s "Whose is the {object}?" asked {name#1}. "Mine," said {name#2}. "At least, it was until {weekday}."
s "I never trusted that {profession}," said {name#2}. "Not after the business with the {animal}."
s "You look {adj.mood}," said {name#1}. "I'm not {adj.mood}," said {name#2}, "I'm hungry."
s "How far is it to {town}?" "About {num:3-40} miles, if the {building} is still standing."
s "It's only {a object}," {he#1} said. "That's what you said about the {animal}," said {name#2}.
c All that was left was {a object} on the {furniture} and a smell of {mass.food}.
"""
