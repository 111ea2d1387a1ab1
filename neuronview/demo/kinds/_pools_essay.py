# ruff: noqa: E501
"""Sentence frames of the essays, by topic and by the part they play in a passage.

`# topic` opens a topic; a line is `o` (opening), `m` (middle), `x` (example), `t` (turn) or `c` (close) and a frame.
Knows nothing of how a passage is put together.
"""

TEXT = """
# work
o Most of us spend more [waking hours|of our lives] at work than anywhere else, and yet we rarely [ask what it is for|talk about it with any honesty].
o There is a kind of work that nobody notices until it is not done.
o What I miss most about my [first|last] job is not the money, nor even the people, but the [walk there|smell of the place] in the morning.
m To be good at something, even something [small|useless|unglamorous], is a pleasure that does not wear out.
m A job can be boring without being bad, just as a person can be quiet without being dull.
m The trouble with being busy is that it feels so much like being [useful|important].
m We say that time is money, but nobody has ever managed to [buy back an afternoon|put an hour in the bank].
m Some people work in order to stop; others, it seems, [would not know what to do if they did|only stop in order to work].
x <she_kin> cleaned offices [for thirty years|at night], and she could tell you [more about the people who worked there than their own wives and husbands could|who was about to resign simply by looking at the desk].
x I once knew <a_job> who [hummed|whistled] while working, always the same tune, and stopped only when something had gone wrong.
x <time_past>, <someone> told me that the secret was to do the worst task first, [before you have had time to think of an excuse|while the coffee is still hot].
t But work is not the same thing as [effort|suffering|a job], and it is a mistake to measure one by the other.
t Still, I have never met anyone who, looking back, wished that they had [answered more letters|attended more meetings].
c Perhaps the best that can be said of any job is that it leaves you enough of yourself to [come home with|enjoy the evening].
c In the end we are remembered less for what we did all day than for how we [treated the people beside us|behaved while we were doing it].
# home
o It takes [a year or so|longer than you would think] for a house to become a home, and it usually happens when nobody is looking.
o Home, somebody once told me, is the place where you know which stair creaks.
o When people ask me where I come from, I never know [how far back to go|which of three answers to give].
m You can tell a great deal about a family from what is stuck to the door of the fridge.
m Every house has one drawer into which everything goes that has no other place: string, candles, dead batteries, a key to a door that no longer exists.
m A rented room teaches you how little you need, and also, less pleasantly, how much you [would like|miss].
m However carefully you choose the furniture, the room will in the end be arranged around wherever the [light|warmth|television] is.
m The walls are thin, the bath is too short, and the kitchen was designed by somebody who had never cooked; I would not move for anything.
x When <he_kin> moved out after forty years, he walked through the empty rooms switching the lights on and off, [as if to say goodbye to each of them|one after another].
x I lived for a while above a bakery, and to this day the smell of bread at [five|four] in the morning makes me feel [safe|homesick].
t And yet the house we grew up in is never as large as we remember, nor the garden as long.
t That does not mean that one must stay; some of us are only ever at home [on the way to somewhere else|when a suitcase stands in the hall].
c A home is not so much a place as a set of habits with a roof over them.
c Sooner or later we all have to hand over the keys, and what we keep is [the sound of the door|a way of walking up the stairs].
# money
o Nobody talks about money until there is [too little|too much] of it, and by then it is usually too late.
o It is easier to ask a friend about love than about [wages|rent|debts].
m A small sum that comes unexpectedly gives more pleasure than a large one that was due.
m Those who say that money does not matter have, as a rule, [enough of it|never had to count coins at a till].
m Being poor is expensive: the cheap boots leak, the cheap heater eats electricity, and the cheap loan costs most of all.
m We are careful with coins and careless with hours, although only one of the two can be earned again.
m To lend money to a friend is to find out, for a modest fee, [who your friend is|what both of you are like].
x <she_kin> kept the housekeeping in four jam jars, and if the one marked "treats" was empty, there were no treats.
x <time_past> I found a banknote in the pocket of a coat I had not worn for years, and felt [rich for a whole day|as though somebody had sent me a present].
x <someone> once explained to me that a budget is only a list of the things you [care about|are afraid of], with numbers next to them.
t But it would be foolish to pretend that having none makes anybody wise.
t Even so, I have noticed that the people who give most easily are seldom those who [have|own] most.
c If there is a lesson here, it is a plain one: decide what is enough before somebody else decides it for you.
c Money, like salt, is something you only taste when the amount is wrong.
# time
o We speak of saving time as though it could be [kept in a drawer|put by for the winter].
o The older I get, the faster the [years|summers] go, and the slower the [queues|Sunday afternoons].
m An hour in a waiting room and an hour with a good friend have nothing in common except the clock.
m Children live in one long afternoon; it is only later that the day is cut into pieces.
m If you want to know what somebody values, look not at what they say but at what they are always late for.
m There was a time when I would have called such an hour wasted; now I would call it rest.
m No clock has ever been able to tell me whether I had enough time, only how much of it had gone.
x <he_kin> wound the clock in the hall every Sunday evening, and when he died nobody could bear to do it, so it has been [twenty to four|ten past six] ever since.
x On the morning the clocks go back, I always lie in bed for the extra hour and [feel that I have got away with something|wonder who it belongs to].
t Yet the past is not as fixed as it looks: every time we tell it, we move the furniture a little.
t Of course, there are days that deserve to be short.
c It may be that the only way to have more time is to [notice it|want less from it].
c We never do catch up, and one day, with luck, we stop [running|minding].
# memory
o Memory is a poor archivist but a [splendid storyteller|rather good cook: it reduces, seasons and throws things away].
o I cannot remember the name of my first [teacher|neighbour], but I could draw you the [buttons on her coat|pattern on the curtains].
m What we remember is seldom what was important at the time.
m A smell will open a door that no photograph can.
m Two people who were in the same room on the same evening will, ten years later, [describe two different evenings|disagree even about the weather].
m It is strange to think that I was happy then, since I clearly remember complaining.
m Forgetting gets a bad press, but without it we should never be able to [forgive anyone|sleep|finish a sentence].
x <she_kin>, who could no longer tell you what she had eaten for breakfast, could recite every station on the line to the coast.
x For years I told a story about <thing>, until my sister pointed out, quite gently, that it had happened to her.
x <time_past> I went back to my old school and found that somebody had [shrunk it|put the stairs in the wrong place].
t But a false memory is not the same as a lie; nobody is as surprised by it as its owner.
t On the other hand, there are things that I would give a good deal to be able to forget.
c Whatever the truth of it, that is how I remember it, and I have stopped arguing.
c We do not so much keep our memories as [water them|lend them to each other].
# friendship
o Nobody teaches us how to make friends; we are simply put into a room with other children and expected to get on with it.
o There are friends whom you see every week and friends whom you see every ten years, and it is not at all clear which are the closer.
m A good friend is someone with whom you can be silent in a car.
m It is possible to like people very much and still not [ring them|answer their letters] for a year.
m The friends we make late are fewer, but we choose them with our eyes open.
m What breaks a friendship is seldom a quarrel; more often it is a change of address, a new job, or a baby.
m You can borrow a ladder from a neighbour, but only from a friend can you borrow [an evening|courage].
x When I was ill, <someone> came round every [Tuesday|other day] with soup and bad news about the football, and never once asked how I was feeling.
x {name#1} and I have been arguing about the same film since we were nineteen, and neither of us has [any intention of giving in|seen it since].
x I still have <thing> that {name#1} gave me, and I would no more throw it away than I would throw away {himself#1}.
t But not every friendship is meant to last, and it is no disgrace to let one go.
t Then again, I have been wrong about people before, in both directions.
c In the long run, friendship comes down to turning up.
c I do not know what I have done to deserve such friends, and I am certainly not going to ask them.
# fear
o Everybody is afraid of something, and most of us are afraid of [several things at once|something we would rather not name].
o As a child I was afraid of the dark, of dogs, and of the noise the bath made when it emptied.
m Fear has a way of making small things large and large things [invisible|impossible to look at].
m It is no use telling frightened people that there is nothing to be afraid of; they have already thought of that.
m What we fear most is usually not the thing itself but the minute before it.
m The opposite of fear is not courage, I think, but curiosity.
m One can be brave at sea and a coward at the dentist's.
x <he_kin>, who had been through a war, was terrified of [moths|geese|lifts], and made no secret of it.
x I remember standing on the high board, aged ten, with a queue behind me and no way back except past everyone I knew.
x <time_past>, just as I was about to speak, <event_past>, and to my surprise I was no longer nervous at all.
t And yet fear is not always a bad adviser: it has kept a good many of us off the ice.
t But there comes a point at which being careful is only a more respectable way of hiding.
c If I had waited until I was no longer afraid, I should still be waiting.
c We do not get rid of our fears; at best we learn to [walk beside them|set them a place at the table].
# patience
o Patience is praised mostly by people who want you to wait.
o You cannot hurry a [loaf of bread|plum tree|sulking child], although many have tried.
m There is a difference between waiting for something and merely [not doing anything about it|putting it off].
m The patient are not those who feel no impatience, but those who have somewhere to put it.
m Anything worth learning, be it the violin or the art of [getting on with one's brother|cutting hedges], goes badly for the first hundred hours.
m I have been told that fishing is mostly patience; the rest, apparently, is sandwiches.
m If you shout at a knot, it does not come undone any sooner.
x <she_kin> used to spread out a jigsaw puzzle in November and leave it on the table until it was done, which was never before [Easter|the end of January].
x When I learnt to drive, <someone> sat beside me <duration> and did not once reach for the handbrake, though I saw the hand [twitch|move].
t Still, one can be too patient: some things only change because somebody, at last, bangs on the table.
t But I would not want to make a virtue of what is sometimes only tiredness.
c Give it time, people say, as if time were ours to give; and the odd thing is that it generally works.
c What looks like patience from outside is often nothing but [interest|love].
# luck
o Those who have been lucky like to call it judgement.
o If I had caught the [earlier|right] train that morning, my whole life would have been different, and I should never have known.
m We remember the bus that we missed by a second and forget the hundred that were [waiting for us|on time].
m Good luck, like good weather, is easier to enjoy than to predict.
m Nobody deserves the place in which they are born, and few of us would be the same people anywhere else.
m It is not true that everything happens for a reason; but it is true that, given long enough, we can usually find one.
m A superstition costs nothing, which is why even sensible people [keep one or two|touch wood when they think no one is looking].
x <he_kin> bought a ticket every Friday for fifty years, won [a toaster|twelve pounds] once, and considered himself well ahead.
x <time_past>, because <event_past>, I started talking to the person in front of me in the queue, and we have been married for eleven years.
t But luck must find somebody at home, as the saying goes.
t None of this means that effort is pointless; only that it is not the whole story.
c I try to remember this whenever I am about to [congratulate myself|blame somebody else].
c The best we can do is to leave the door ajar.
# repair
o There is a particular satisfaction in mending something that was about to be thrown away.
o Things used to come apart with a screwdriver; nowadays they come apart [only once|by themselves].
m A repair is a kind of conversation with whoever made the thing in the first place.
m Before you can mend a thing you have to understand it, and before you can understand it you have to stop swearing at it.
m The patch is never invisible, nor should it be.
m Not everything that is broken needs to be fixed, and not everything that works is [whole|all right].
m The right tool makes the job easy, the wrong one makes it interesting.
m Some people cannot walk past a dripping tap; others can live with one for years, provided that the bathroom door is shut.
x <he_kin> had a shed full of things that he was going to get round to one day, among them <thing> and <thing>.
x It took me [nearly an hour|the best part of a week|a whole afternoon|until two in the morning] to replace a part that cost less than a cup of tea, and I have seldom been so [pleased with myself|happy].
t Sometimes, though, the kindest thing you can do for an old machine is to let it go.
t But what is true of chairs is not always true of people.
c We mend what we love, or perhaps we come to love what we have mended.
c It will break again, of course; but next time I shall know where to look.
# waiting
o A great part of life is spent waiting, and nobody ever puts it in [a biography|the photographs].
o There are two kinds of queue: the sort in which you chose the right line, and the sort you are always in.
m In a waiting room everybody becomes the same age.
m The magazines are always three years old, and for some reason they are always about [boats|kitchens].
m Waiting for good news and waiting for bad news feel almost exactly alike.
m It is not the length of the wait that wears us down but the not knowing.
m A kettle that is being watched does boil; it simply makes sure that you have suffered first.
x <time_past> I waited <duration> for a parcel that turned out to have been next door all along.
x At the station a man asked me whether the train was late, and when I said that it was, he thanked me as though I had arranged it.
t And yet I have had some of my best ideas while I was <while_ing>.
t Perhaps it is only we who are in a hurry, and not our lives.
c One day everything we are waiting for will have come or will not be coming, and I suspect that we shall miss the bench.
c So I have learnt to carry a book, which is to say that I am never waiting any more, only [reading|interrupted].
# habits
o A habit begins as a thread and ends as a [rope|cardigan].
o I have eaten the same breakfast every day for [fifteen|twenty] years, and I look forward to it every night.
m We are what we do when we are not thinking about it.
m It is easier to start a bad habit than to keep up a good one, which tells you something about [the way we are made|the quality of the biscuits].
m Habits are how we make decisions once and then stop having to make them.
m The morning is full of small ceremonies: the cup, the chair, the second look at the weather.
m To give up smoking, said <someone>, is easy; the difficult thing is to know what to do with your hands.
x <she_kin> checked the gas three times before she left the house, and then, at the gate, went back and checked it again.
x Once, for a bet, I took a different way to work every day for a month, and by the end of it I knew the names of four [cats|shopkeepers].
t But a life without any habits would be exhausting: imagine having to decide each morning which shoe to put on first.
t It is only when a habit is broken that we see how much it was holding up.
c I am told that it takes two months to change one; I have been at it for six years, and I remain hopeful.
c Choose them with care, then, for you will be seeing a lot of each other.
# reading
o The best time to read a book is when you ought to be doing something else.
o I learnt to read [on my grandfather's knee|from the backs of cereal packets], and I have never quite stopped.
m A book that you have read three times is no longer a story but a place.
m It does not matter how many you own; what matters is how many have [kept you up|been dropped in the bath].
m There are people who turn down the corner of the page and people who could never be friends with them.
m You can learn from a bad book how not to write one, and from a good one that it makes no difference.
m Reading is the only way I know of being alone in good company.
x <time_past> I left a novel on the train with forty pages to go, and for all I know they are still [standing in that garden|waiting for the verdict].
x The librarian at our branch never asked whether I had [liked|finished] a book, only what I wanted next.
t But reading is not a virtue in itself, whatever we tell our children.
t There are, I admit, some books that are best loved from a distance.
c When I look at my shelves I see not what I know but whom I have [been|met].
c One more chapter, I say, and put out the light an hour later.
# sleep
o Sleep is like a cat: it comes only when you [stop calling|pretend not to care].
o At three in the morning every problem is the same size, and that size is enormous.
m Nobody has ever fallen asleep by trying to.
m It is a strange arrangement, when you think about it, that we should have to be unconscious for a third of our lives.
m The things we worry about in the night are seldom the things that happen in the day.
m An afternoon nap is the only luxury that costs nothing and annoys everybody else.
m When I was young I slept like a log; nowadays I sleep like [a baby, which is to say that I wake up every two hours|a guard dog].
x <he_kin> could sleep anywhere: on a bench, in a [boat|concert], once, famously, at his own birthday party.
x In the next bed lay a man who talked in his sleep, very politely, about [the price of coal|trains].
t But there is also something to be said for a sleepless night, if only one does not fight it.
t Dreams, on the other hand, are best kept to oneself.
c In the morning the mountain has turned back into a pile of clothes on a chair.
c Things do look better after a night's sleep, and it is mildly annoying that our mothers were right.
# tools
o Give me a good knife, a [pencil|spirit level] and a ball of string, and I will [manage|get by].
o A tool remembers the hand that used it.
m You can tell a craftsman not by the number of his tools but by their condition.
m Buy cheap, buy twice: that was the rule in our family, though we could seldom afford to follow it.
m A hammer does one thing, and does it without needing to be [charged|updated].
m What I like about a screwdriver is that it has no opinion.
m The tool that you cannot find is always the one that you put in a safe place.
m Lend a man your saw and you will get it back blunt, or late, or not at all.
x <he_kin> painted the outline of every tool on the wall of the shed, so that a missing one left a ghost.
x The [knife|umbrella|penknife|watch] in my bag has been mended so often that hardly anything of it is original, and yet it is certainly the same one.
t But a tool can also make us lazy, or at any rate [forgetful|clumsy] in some other way.
t It is true that not every problem is a nail.
c One day somebody will open this box and wonder what half of these were for; I wonder already.
c Look after your tools, as the saying goes, and they will outlive you.
# gardens
o A garden is never finished, and that is the whole point of it.
o I took up gardening because I was told it was [relaxing|good for the back], which only shows that you should never listen to gardeners.
m Weeds are only plants that have got the address wrong.
m You plant a tree for someone else, and you sit in the shade of somebody you never met.
m Nothing teaches modesty like a row of lettuces after a night of slugs.
m In February, when there is nothing to see but mud, the gardener looks out and sees June.
m What the rose wants, and what the catalogue says the rose wants, are two different things.
x <she_kin> talked to her tomatoes every evening; whether they listened I cannot say, but they were very good tomatoes.
x The first thing I ever grew was a radish, and I was so proud of it that I could not bring myself to eat it.
t But it is no use being sentimental: half of gardening is killing things.
t Not everybody has a garden, of course, but a pot on a windowsill obeys the same laws.
c You dig, you sow, you wait, and then something comes up that you did not plant at all.
c It will be better next year; every gardener says so, and every gardener believes it.
# sea
o People who grew up by the sea are always, a little, facing it.
o The first person to see the sea got an ice cream: that was the rule, and I usually [cheated|won].
m It is never the same colour twice, and never quite the colour that you remembered.
m The sea gives things back, but seldom where you lost them and never in the same condition.
m Nobody owns the horizon, although a good many hotels charge for it.
m In winter the beach belongs to dogs and to those whom they are walking.
m Stand at the edge for long enough and the waves begin to pull the sand from under your heels, as if to say: move along.
x <he_kin> spent his whole life on boats and never learnt to swim; it would only, he said, make things take longer.
x We kept a jar of shells on the bathroom shelf, and on bad days I would hold the biggest to my ear and listen to [myself|the far end of summer].
t But it is a mistake to think that the sea cares about us one way or the other.
t Those who live beside it know better than to call it [peaceful|blue].
c Whenever I have to make a difficult decision I go down to the shore, and although it has never once told me what to do, I come home knowing.
c The tide goes out, the tide comes in, and in between somebody has built a castle.
# light
o There is an hour in the evening, just before the lamps come on, when everything seems to be [thinking|holding its breath].
o We do not really see light; we see what it [falls on|happens to].
m A room with a window to the east is a different room from the same one facing west.
m In the north, where I grew up, people are kind to each other in the winter because they have to be.
m One lamp in the corner is worth four on the ceiling.
m A lit window across the street makes you believe that whoever lives there must be happy.
m Nothing is as dark as a path you walked down an hour ago without a thought.
x During the power cut we all sat round a single candle and told stories, and when the current came back nobody wanted to be the one to get up.
x <she_kin> used to say that she could tell the month, with her eyes shut, by the warmth of the light on her face.
t But too much light is as blinding as too little, as anyone who has driven into a low sun will tell you.
t Shadows have their uses too.
c Turn off the lamp, wait a moment, and the dark will turn out to be full of things.
c So the days draw in, and we draw the curtains, and say, as we say every year, how early it gets dark.
# language
o Every family has words that nobody else understands.
o When you learn another language you become, for a while, somebody simpler.
m There are things that I can say in one language and not in the other, and most of them are rude.
m A word that is used for everything ends up meaning nothing, like a coin rubbed smooth.
m The first words one learns abroad are "please", "thank you" and "where is the"; the rest is pointing.
m Grammar is what we notice only when somebody else gets it wrong.
m We do not always say what we mean, and, luckily, we are not always [understood|believed].
x <he_kin> had been in the country for fifty years, and still counted in the language of his childhood.
x I once asked for a room with a bath and, owing to a single wrong vowel, was shown a [barn|duck].
t But it is not true that some ideas cannot be translated; they merely take longer.
t Of course, silence is a language as well, and more people speak it than you might think.
c Perhaps that is all a language is: a very large number of people agreeing not to ask too many questions.
c What we cannot put into words we put into the way we lay the table.
# silence
o It is surprisingly hard to find a place where you can hear nothing at all.
o There are as many silences as there are people to keep them.
m The silence after an argument is not the same as the silence before it.
m In the country, what they call quiet is really a great many small noises.
m Some people fill every pause, as if a conversation were a bucket with a hole in it.
m You only hear the fridge when it stops.
m To listen properly is harder work than talking, and it is not nearly so well [paid|thought of].
x After the snow had fallen, <someone> and I stood in the middle of the road and could hear our own ears.
x <she_kin> could say more with one raised eyebrow than other people with a speech.
t But silence can also be a way of not telling the truth.
t I would not want to live in it for ever; a house without noise is only a building.
c Sometimes the best thing to say is nothing, provided that you say it kindly.
c And then, of course, <event_past>, and that was the end of that.
# cities
o You never forget the first city in which you got lost.
o A city is a place where you can be alone without [being lonely|anybody asking why].
m Nobody knows the whole of it; each of us carries a private map with a dozen streets on it and a good deal of blank space.
m The baker is up before the street sweepers, and the street sweepers are up before the buses.
m Old cities grew the way a conversation does, by one thing leading to another.
m In a village everybody knows what you did yesterday; in the city nobody knows what you are doing now.
m Wherever there is a bench, sooner or later someone will sit down on it and feed the pigeons.
x On the {ord:2-9} floor of our building lived a man who practised the trumpet into a cupboard full of coats, out of consideration.
x I came to {city} with one suitcase and the address of somebody's cousin, intending to stay until the spring; that was [nine|fourteen] years ago.
t But it is easy to love a city from a high window.
t Not everything that is lively is alive, and there are whole districts where nobody has borrowed an egg in years.
c The lights come on one after another, and for a moment it looks as if somebody had planned it.
c We complain about it all the time, and would not dream of leaving.
# walking
o The best way to solve a problem is to take it for a walk.
o I have never come back from a walk in a worse mood than the one in which I set out.
m At three miles an hour you can see everything and still get somewhere.
m One foot, then the other: there is nothing to it, and there is nothing like it.
m A path is a kind of agreement between strangers.
m You notice, on foot, that there is no such thing as a flat road.
m It makes no difference where you are going, so long as you do not take [a telephone|the wrong shoes].
x <he_kin> walked the same two miles every evening for forty years, and claimed that he had never seen the same thing twice.
x Somewhere past the second gate it started to rain, and since we were already wet there was no longer any reason to hurry.
t But not everybody can walk, and not every road was made for it.
t There are days, I confess, on which I only go as far as the [corner|bakery].
c And then you are home again, with mud on your boots and the answer, somehow, in your pocket.
c What it comes down to is this: go out, and leave the rest to your feet.
# machines
o Every machine, if you listen to it long enough, seems to be saying something.
o I do not trust a device that has only one button.
m We make a machine to save us trouble and then spend the trouble we have saved on the machine.
m It worked yesterday, it will work tomorrow, and it knows perfectly well that today is the day we need it.
m When something goes wrong, the first thing they ask is whether you have tried switching it off and on again; the second thing they ask is whether you are sure.
m The more a machine can do, the less anyone knows what it is doing.
m A lift is a small room in which nobody knows where to look.
x <she_kin> thanked the cash machine every time, on the grounds that you never know.
x The washing machine at our old flat used to walk across the kitchen floor, and had to be [tied to the pipe|held back by the youngest child].
t But I should not like to go back to washing sheets by hand, and neither, I suspect, would those who say they would.
t It is not the machines that worry me so much as the people who want to be like them.
c Still, when the lights come on again and the fridge begins to hum, I catch myself saying thank you.
c We shape them, and then, a little at a time, they shape us.
# numbers
o Some people see a number and relax; others see one and reach for their coat.
o Nothing looks as certain as a number, and few things are as easy to get wrong.
m Three is a crowd, four is a queue, and five is a committee.
m If you ask a hundred people how they are, ninety will say that they are fine, and at least half of those will be lying.
m An average tells you about everybody and nobody: with my head in the oven and my feet in the fridge I am, on average, comfortable.
m It is curious that we should find it so much easier to count sheep than blessings.
m A thing does not become true because it has been worked out to two decimal places.
x <he_kin> added up the bill in his head, upside down, while the waiter was still looking for a pencil.
x The house we lived in was number thirteen, though the plate on the gate said [12a|twelve and a half].
t But I would rather have a rough answer to the right question than an exact answer to the wrong one.
t There are, all the same, things that count and cannot be counted.
c In the end it comes to the same thing: you add it all up, and there is always one left over.
c Count to ten, we were told, before you say anything; I am up to seven.
# kitchens
o The best conversations at any party take place in the kitchen.
o You can learn to cook from a book, but you can only learn to eat from other people.
m A recipe is a letter from somebody who wants you to be well fed.
m Hunger is the best sauce, but butter comes a close second.
m The first pancake is always a failure, and it is always eaten first.
m There is no sadness, as far as I know, that is not slightly improved by soup.
m Cooks are divided into those who wash up as they go along and those who are [married to them|forgiven].
x <she_kin> never weighed anything; when I asked her how much flour, she said, "Enough."
x I once cooked a dinner for six in which every single dish was [beige|burnt on one side], and they still talk about it, fondly.
t But cooking for one is a different matter, and it takes a certain self-respect to lay the table.
t It is true that hardly anyone has the time; it is also true that hardly anyone has ever regretted it.
c Then the plates are stacked, somebody puts the kettle on, and nobody goes home.
c Whatever else may be said about the world, there is still bread.
# weather
o If we did not have the weather, we should have to talk to each other about something.
o There is no bad weather, they say, only unsuitable clothing; they have clearly never [hung out sheets in April|been to a wedding in a tent].
m Rain on the roof is only pleasant if the roof is yours and [does not leak|you are under it].
m The forecast is right just often enough that we go on being disappointed by it.
m Fog makes an island of everyone.
m On the first warm day of the year people come out and sit on walls, blinking, as though they had been let out of prison.
m It is hard to be angry in the snow.
x <he_kin> could tell by his knee when it was going to rain, and was wrong about as often as the wireless.
x We had gone out without coats because the sky was clear; by the time we reached the bridge, <weather_past>, or so it felt.
t But the weather is not what it was, and it is no longer quite so harmless a subject.
t Some of us, to be honest, are secretly pleased when it pours.
c Tomorrow, it says, there will be sunny spells, which is as much as one can ask of any day.
c Whatever it does, somebody will have wanted the opposite.
# growing_old
o You do not notice that you are growing old; you only notice that the [stairs|policemen] have changed.
o Nobody feels their age, except now and then, all of it at once.
m The good thing about having made so many mistakes is that one begins to recognise them from a distance.
m At twenty I cared what everybody thought of me; at forty I stopped caring; at sixty I found out that nobody had been thinking of me at all.
m It is not the candles on the cake that alarm me but the draught when I blow them out.
m The old are not wiser than the young, only slower to be [shocked|impressed].
m We become, in the end, a little more like ourselves every year.
x <she_kin> took up the cello at seventy, on the principle that she would be seventy-five anyway.
x <time_past> a boy stood up for me on the bus, and I looked behind me to see whom he meant.
t But there are consolations, and one of them is that nobody expects you to help with the [piano|sofa].
t I do not want to make it sound better than it is.
c One gets used to it, as one gets used to everything, just in time for it to change again.
c If I could speak to the person I was then, I would say: buy the [boat|better shoes], and ring your mother.
# school
o Of everything I was taught at school I have kept [three dates, a poem and the smell of chalk|remarkably little, and use it every day].
o A good teacher can be recognised by the fact that the class goes on talking about the subject in the corridor.
m It is not true that there are no stupid questions, but they are often the ones that everyone else is afraid to ask.
m The back row learns as much as the front row, though not always the same things.
m No one ever forgets being picked last.
m An answer that you find for yourself stays; one that you are given goes home at four o'clock with everybody else.
m The bell rings, forty chairs scrape at once, and an entire century is left unfinished on the board.
x Our teacher in the {ord:2-9} year, who was said to be strict, once cried when she read us the end of a story, and after that she could have asked us for anything.
x I was hopeless at drawing until <someone> told me to draw not the chair but the air around it.
t But we should not blame the schools for everything; there is such a thing as [the holidays|parents].
t Looking back, I see that what I took for boredom was partly happiness.
c I still dream about the exam for which I have forgotten to revise, and I still wake up and am grateful.
c What we learn last, it seems, is how to learn.
# objects
o The things we own know more about us than we would like.
o On the shelf above my desk there are <thing>, <thing> and a stone from a beach whose name I have forgotten.
m We throw away what was expensive and keep what was given.
m An object with a story attached to it weighs more than the scales will admit.
m When you move house, you find out what you have been carrying.
m It is not that I need it; it is that I cannot imagine the place without it.
m Anything will do to remember somebody by, so long as it was ugly enough to be theirs.
x When <she_kin> moved into the smaller flat, she gave away everything except <thing>, and when we asked her why, she said it was company.
x <time_past> I found <thing> in the attic, and although nobody could say whose it had been, nobody would hear of throwing it out.
t But there is a freedom, too, in an empty drawer.
t Somebody who keeps everything can, after all, find nothing.
c One day all this will stand on a table outside the door with a sign saying "Please take".
c We do not own things; we look after them for a while, rather badly, and pass them on.
# decisions
o Most of the important decisions in my life were made by accident, and the rest by somebody else.
o You can go left or you can go right, but you cannot stand at the crossroads for ever, if only because of the traffic.
m It is easy enough to decide; what is hard is to stop deciding afterwards.
m Toss a coin, and while it is in the air you will know which side you are hoping for.
m A list of reasons for and against is mostly a way of finding out what you have already made up your mind to do.
m The more choices we are given, the surer we become that the best one has just been taken by somebody else.
m Not to decide is a decision as well, and it is generally the one that costs most.
x <he_kin> spent two years choosing a car, and then bought the one that happened to be in the window when the old one broke down outside.
x I would never have taken the job if <event_past_neg>; as it was, I signed before I had [sat down|read the second page].
t But we should not be too hard on those who hesitate; there is generally something that they have seen.
t Sometimes neither road is the right one, and the thing to do is to [ask for directions|have lunch].
c Whatever you choose, you will miss the other thing, and that is what choosing is.
c In any case it is done now, and the kettle is on.
# *
m I may be wrong about this, of course; I have been wrong about [bigger things|it before].
m <view>, it is not what we have that matters here but what we [pay attention to|do with it].
m <virtue> helps, and so does <virtue>, but neither is of much use without <virtue>.
m <often>, <while_ing>, I find myself thinking about this again.
m Ask ten people and you will get eleven opinions, at least three of them [loud|from the same person].
m It is worth asking why this should be so.
m What is odd is not that it happens, but that we go on being surprised by it.
m There is, I suppose, no harm in <chore_ing> first and thinking about it afterwards.
m Is it <virtue> that we lack, or only <virtue>?
m Anyone who has ever had to deal with <trouble> will know what I mean.
x I think of <someone>, who, faced with <trouble>, would simply shrug and [start again|put the kettle on|ask who was for tea].
x <time_past>, <while_ing>, I overheard <someone> say almost exactly the same thing.
x <time_past> I had to deal with <trouble> and <trouble> on the same day, and what got me through was neither <virtue> nor <virtue> but [a sandwich|a telephone call].
t This is not to say that everybody [must agree|feels as I do], or that I always [live up to it|felt that way myself].
t Then again, <someone> would tell you the exact opposite, and <someone> would agree.
c That, at any rate, is what I tell myself <often>.
c I do not have an answer; I only wanted to [ask the question|say it out loud].
m What would I do, for example, without {a object} or {a object}, let alone without {mass.drink}?
m I have known {profession:pl} who could talk about it for hours, and {adj.person} ones at that.
m It's not so much {mass.abstract} that we need as a little {mass.abstract}, and perhaps {a object} that works.
m Some think of {mass.emotion} when they hear the word, others of {mass.food} and {mass.weather}.
m There are days when I feel {adj.mood} for no reason at all, and days when I have every reason and don't.
m Whether you are {a profession} or {a profession}, you will have noticed it too.
m No {profession} has ever been able to explain it to me, and I have asked more than one.
m It used to make me {adj.mood}; now it only makes me want {a food}.
m Between {mass.emotion} and {mass.emotion} there is less of a difference than the {profession:pl} would have us believe.
m Isn't it strange that {a adj.size} {object} can mean so much to one person and nothing whatever to the next?
x My friend {name#3}, who is {a profession}, says that it reminds {him#3} of {mass.subject}: the more you know, the less sure you are.
x In {month} of that year I shared {a room} with {a profession} from {city}, and it was from {him#3} that I learned to like {mass.food}.
x When I asked {a profession} I know what {he#3} thought of it, {he#3} shrugged, pointed to {a object} and said nothing more.
t But ask me again in {month}, when the {weather} has changed, and I may well say something else.
c As for me, I'm going to sit down with {a food} and think about something {adj.good}.
"""
