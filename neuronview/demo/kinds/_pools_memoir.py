# ruff: noqa: E501
"""Sentence frames of the memoirs (first person, past), by subject.

Lines are `o`, `m`, `x`, `t` or `c`. Knows nothing of how a passage is put together.
"""

TEXT = """
# grandmothers_house
o My grandmother lived at the end of a lane in a house that leaned a little to the west, as if it were listening.
o Every summer, until I was [eleven|twelve], we were sent to my grandmother's in {town}.
m She got up before the birds, raked out the stove, and had generally buried, boiled or bottled something by the time we came down.
m In the pantry there were shelves up to the ceiling, and on them plums, pears and beans stood in rows like a choir.
m We were not allowed in the front room, which was kept for the doctor, the priest and the dead.
m She used to let me turn the handle of the mincer, provided that I kept my [plait|fingers] out of it.
m At night the stairs creaked one after another, from the bottom to the top, although nobody was on them.
x Once I broke her [blue jug|best plate] and hid the pieces in the hen house; she never mentioned it, but the next morning she sent me to fetch the eggs.
t I do not believe that she was a happy woman, yet I have never felt as safe as I did beneath her table.
c The house has been sold twice since then, and they have straightened it.
c I have her rolling pin, and her temper, and I use both on Sundays.
# first_job
o My first job was in a [laundry|bakery|shoe shop], where I was paid by the hour and shouted at free of charge.
o I was sixteen when I started at the factory, and I knew everything.
m We clocked in at six, when it was still dark, and clocked out at two, when the rest of the world was just beginning to enjoy itself.
m The noise was such that you learnt to talk with your eyebrows.
m On my first day they sent me to the stores for a left-handed hammer, and I waited there for an hour.
m A woman called {name#1} took me under her wing, shared her sandwiches with me, and taught me how to look busy.
m By Friday my feet had swollen so much that I walked home in my socks.
x With my first wages I bought my mother a [handbag|cake] and myself a hat, which blew into the canal that very evening.
t It was not a good job, but I was good at it, and I had never been good at anything before.
c Whenever I smell hot starch, even now, my back straightens.
c I handed in my overall in September; I believe that I am still, officially, owed four pounds.
# learning_to_swim
o I learnt to swim because my brother pushed me.
o In those days you were taught to swim at the end of a rope, like a goat.
m The water came down straight from the mountains and was so cold that it felt like a noise.
m Our teacher, a short man with a whistle, had never been seen in the water himself.
m I went under, opened my eyes, and saw my own feet, very white and a long way off.
m "Kick!" they all shouted, as if I had been doing anything else.
m And then, for no reason that I could name, I was not sinking any more.
x The {animal:plural} on the bank, I remember, did not so much as look round.
t Nobody cheered; I have often thought that somebody ought to have cheered.
c I have been in many waters since, and in every one of them I have been, for a moment, seven.
c I got a certificate, which I kept until it dissolved.
# fathers_car
o My father's car was older than I was and, as he liked to point out, had given him less trouble.
o When I think of my father, I see the back of his neck.
m There were five of us behind, and whoever sat in the middle had to keep their knees under their chin.
m It would not start in the wet, it would not stop in the dry, and it could not be driven past a pub without stalling.
m On long hills we all leaned forward to help.
m He sang when he drove, always the same three songs, and always the wrong words.
m A hole in the floor, over which he had laid a tray, let you watch the road go by.
x Somewhere near {town} the exhaust fell off, and he got out, thanked it for its services, and put it in the boot with the [tent|luggage].
t He was not a patient man at home; he was patient only with machines.
c The day it was towed away, he stood in the road with the key in his hand until it had gone round the corner.
c I drive now as he did, with two fingers, humming.
# moving
o We moved house eleven times before I was fifteen, and I can still pack a cup so that it will not break.
o The summer I turned nine, we left.
m Everything we owned went into one van, with the piano last, so that it would be the first thing out.
m I was told that I could take whatever fitted into one box, and I spent three days choosing, and then took stones.
m The new place smelt of other people's cooking.
m Nobody at school could pronounce our name, and after a term or two neither could we.
m My mother hung the same curtains in every house, letting them down or taking them up.
x The cat, which we had carried for two hundred miles in a basket, walked once round the room, went out of the window, and set off for home.
t I used to envy children who had marks on the door frame; now I think that we were taller, somehow, for not knowing how tall we were.
c When I am asked where I am from I still hesitate, and then name whichever place is furthest away.
c I have lived in this flat for twenty years now, and there are two boxes that I have not unpacked.
# the_storm
o The night of the big storm I was [eight|ten] and supposed to be asleep.
o It began, as such things do, with nothing much: a door banging, a bucket rolling about in the yard.
m By ten o'clock the wires were down and my mother had lit the good candles.
m The wind did not so much blow as lean on the house with its whole weight.
m We sat on the stairs, which my father considered to be the strongest part of any building, and he read to us from a seed catalogue.
m A tile went past the window, flat as a hat, and then another.
m About midnight there was a crack like a gun, and every one of us knew that it was the walnut tree.
x My sister, who was four, slept through it all with her thumb in her mouth, and was furious when we told her.
t It must have been dangerous, but what I felt was mostly joy.
c In the morning we walked about among the branches picking walnuts off the sky.
c They planted another in its place, and I am told that it has just begun to bear.
# music_lessons
o For six years I was taught the piano by a lady who kept her hat on.
o I was not musical, but we had a piano, so there was nothing to be done.
m Every Wednesday at four I walked up the hill with my music case as slowly as it is possible to walk without falling over.
m She rapped my knuckles with a pencil, not unkindly, whenever I raised my wrists.
m There was a metronome on the lid, and next to it a plaster head of somebody who had evidently been deaf.
m I played each piece until it was perfect but for one note, and then went on to the next.
m In the flat below lived a man who beat on the ceiling with a broom, more or less in time.
x At the concert I got lost in the middle, went back to the beginning, and got lost in the same place; I might be there still if they had not clapped.
t And yet, without my noticing, something must have stuck.
c Last week, in a hotel in {city}, I sat down at the piano in the lobby, and my hands remembered it, all but the one note.
c She left me the metronome; I have never dared to wind it up.
# friend_across_the_road
o {name#1} lived across the road from us, and for three years we were never out of one another's sight.
o I met {name#1} on the day {he#1} threw a stone at me.
m We had a language, of which I remember only the word for [policeman|jam].
m {He#1} was afraid of nothing except {his#1} own front door.
m We built a raft out of doors, a hut out of pallets, and a flying machine that we never quite got round to testing.
m In the evenings we signalled to each other with torches until one of us was caught.
m We mixed our blood, with a rusty pin and much ceremony, and promised to die on the same day.
x When the ice broke, it was {name#1} who lay down flat and pushed the ladder across to me, swearing like a sailor.
t One day there was a van outside; nobody had told me, and I don't believe that anyone had told {him#1}.
c I have looked for that name in every telephone book in every town I have been in.
c Years later I saw {him#1} on a platform in {city}; we both lifted a hand, and then the train came in between.
# the_shop
o My parents kept a shop, so I grew up under a counter.
o We sold everything from paraffin to [hairnets|birthday cards], and most of it on tick.
m I could add up before I could read, and give change before I could tie my shoes.
m My mother knew what each customer was going to ask for from the way they shut the door.
m The bacon slicer was forbidden to me, and I loved it with my whole heart.
m On Saturday nights my father did the accounts at the kitchen table, licking his pencil and sighing.
m There was a ladder on wheels, which was a ladder as long as the shop was open, and a ship the minute it closed.
x Old {mr#1} came in every day for one egg; it was years before I understood that it was not the egg {he#1} came for.
t When the supermarket opened by the bypass, they said that it would not last.
c Today it is a nail salon, but the tiles on the step still spell out our name.
c I cannot pass a tin on a shelf, even in other people's houses, without turning it to face the front.
# illness
o When I was ten I was ill for so long that my bed was moved to the window.
o I spent that whole winter in a room with two doors, one to the kitchen and one to the end of the world.
m The doctor came on Tuesdays, smelling of cold air and dog, and put his watch in my hand so that I should count for him.
m I knew every crack in the ceiling: there was a river, a rabbit and a bearded man.
m My friends came at first, stood in a row at the foot of the bed, and ate my grapes.
m Since I was not to be excited, I was given the encyclopaedia, and I read it from A to M.
m In the afternoons I followed a square of sunlight across the blanket, over my knees and up the wall.
x Once, when they all believed that I was asleep, I heard my aunt say, "Poor little thing," and wondered whom she meant.
t It was a dreadful time for my mother; I, to be truthful, had never been happier.
c In April I was carried down into the yard, and the light was so strong that I laughed.
c To this day I know a great deal about Belgium and nothing at all about the Nile.
# first_love
o I fell in love for the first time at a bus stop, and nothing was ever said about it on either side.
o The summer I was seventeen I worked on a campsite, and so did {name#1}.
m {He#1} had a way of laughing with {his#1} mouth closed, as though {he#1} were keeping the rest of it for later.
m We talked about everything: stars, death, the price of chips.
m I wrote letters, eleven in all, the longest of them twenty pages, and posted none.
m Whenever {he#1} came into the room I dropped something.
m My best friend, whom I consulted day and night, advised me to be mysterious, so I said nothing for a week, and it went unnoticed.
x We once shared an umbrella the whole length of the promenade, and my left side, the wet one, was the happiest it has ever been.
t Of course it came to nothing; that was, I think, what it was for.
c I heard that {he#1} is a dentist now, and I hope with all my heart that {he#1} is a good one.
c Somewhere there must be a photograph of the two of us, squinting.
# abroad
o When I arrived in {country} I knew nobody, and I knew four words, one of them wrong.
o I had meant to stay for a month, and I stayed for six years.
m The first thing I learnt was how to say that I did not understand, and I said it so well that nobody believed me.
m I rented a room from a widow who left a light on for me, whatever the hour, and never once asked where I had been.
m Everything that I knew how to do, from buying a stamp to telling a joke, I had to learn all over again.
m On Sundays the bells rang, the shops were shut, and I walked round the town like someone who has lost a glove.
m Then, one morning on the tram, I caught myself understanding what two women were saying about a third.
x At the butcher's I asked for half a kilo of grandmother, and the whole shop, grandmothers included, laughed until they wept.
t I will not say that I was never homesick; I had it as other people have hay fever, in season.
c Back home they told me that I had an accent, and I did not know which of my two tongues they meant.
c There is a bench in that town on which, if I am honest, I am still sitting.
# the_dog
o The dog was not supposed to be ours.
o We had asked for a brother, and we were given a dog.
m He had one ear up and one ear down, like someone who has been told two different things.
m Officially he slept in the shed; in practice he slept across my feet, and we both pretended to be surprised every morning.
m He ate a slipper, a cushion, half a hymn book and, on one terrible occasion, the wages.
m He could tell my father's step from anybody else's at the far end of the street, and was never wrong.
m You could say anything to him, and I did.
x When I broke my leg, he lay under the bed for three weeks and came out only to quarrel with the doctor.
t He bit the postman, I regret to say, but only the one, and there was something about that man.
c We buried him beneath the pear tree, in the rain, in my school coat.
c I have had other dogs, and loved them; but he was the one who taught me how.
# *
m I can still see <thing> that stood <place_in>, though I could not tell you the colour of anybody's eyes.
m <time_past_child>, <weather_past>, and all of us were [in bed by nine|out of doors until dark].
m My job was to <chore> and to <chore>, for which I got a penny and a slice of bread.
m Nobody explained anything to us in those days; you were simply expected to know.
m We would sit there <duration>, <while_ing> and saying nothing in particular.
m I must have been [six|seven|eight] or thereabouts, because I had not yet lost my front teeth.
m I was <feel>, and I did not know why.
m Whenever <event_past>, my mother would say that it meant company was coming.
x I remember one day in particular: <weather_past>, I was <while_ing>, and all at once <event_past>.
x It was <she_kin> who told me the truth about it, years afterwards, while we were <while_ing_we>.
t I may have got some of this wrong; my brother remembers it quite differently.
t That is how it is told in our family, at any rate, and there is nobody left to ask.
c If I close my eyes I can still hear it: <sound_past>.
c I have told this story so often that I no longer know whether I remember it or only the telling.
m We had {a animal}, {num:2-9} {animal:plural} and, for one summer, {a animal} that thought it was {a animal}.
m My {relative} worked as {a profession}, and came home in the evening smelling of {mass.material} and {mass.drink}.
m There was always {mass.food} on {weekday}s, and there were always tears about it.
m I wore my {kinship}'s {clothes}, which was {adj.colour} and much too big, and I was proud of it.
m The best place in the house was the {room}, because of the {adj.age} {furniture} that you could crawl beneath.
m On {street} lived {a profession} who gave us {food:plural} if we let him talk about the war.
m I wanted to be {a profession}, then {a profession}, and then, after a visit to {city}, {a animal}.
m For my birthday I had asked for {a toy}, and I was given {a object}; I have it still.
m We were neither rich nor poor: we had {a object} but no {object}.
m My hands smelt of {mass.material} all that {month}, and I loved it.
m {name#3}, the {profession}'s child, could imitate {a animal} so well that the real ones answered.
x One {weekday} my {relative} took me to {city} to see {a adj.size} {animal}, and all I can remember is the {food}.
x There was a day in {month} when we found {a adj.age} {object} in the {landscape}, and for a week nobody talked of anything else.
t I may be mixing it up with another year, the one with the {adj.colour} {vehicle}.
c I have lived since then in {city} and in {city}, and I have never again tasted such {food:plural}.
"""
