# ruff: noqa: E501
"""Sentence frames of the arguments for and against, by the question that is argued.

Lines are `o` (the claim), `m` (reasons), `x` (case), `t` (the other side) or `c` (conclusion).
Knows nothing of how a passage is put together.
"""

TEXT = """
# telephones_at_table
o Nobody should be allowed to bring a telephone to the dinner table, and that includes [me|the people who made the rule].
o Let me say straight away that I have nothing against telephones; I only object to having supper with them.
m A meal is one of the few occasions on which people look at one another for more than a minute.
m If you glance at a screen while I am talking, you have told me, without a word, how interesting I am.
m It will be said that the message might be urgent, but in eleven years not one of ours has been.
m Children copy what we do, not what we tell them to do.
x At <someone>'s house there is a basket by the door, and guests drop their phones into it as they once left their swords.
t I grant that there are exceptions: a doctor on call, say, or a parent whose child is out late.
t The strongest objection is that adults do not need rules; to which I can only reply that I have met them.
c So put it in a drawer, turn the key, and pass the potatoes.
# working_from_home
o Those who say that people who work from home do no work have plainly never [tried it|met my sister].
o Is it better to work at home or in an office?
m To begin with, there is the journey: two hours a day, ten a week, and nobody pays you for a single one of them.
m It is quieter, as long as you have a door, and cheaper, as long as you do not count the biscuits.
m A manager who cannot tell whether the work is being done unless he sees the back of somebody's head has a different problem.
m On the other hand, you do not bump into anybody in your own hallway, and many a good idea has come from bumping into people.
x When the roof of our building was being repaired we were all sent home for a month, and, to the surprise of the management, more got done rather than less.
t For somebody who shares a kitchen with three others and a drum kit, the office is a refuge.
t What is gained in freedom, it must be admitted, is easily lost in company.
c The sensible thing would be to let people choose, and then to judge them by what they have made.
# early_rising
o There is nothing virtuous about getting up early; it merely makes you [tired in the evening|smug at breakfast].
o Early risers have had it all their own way for too long.
m The bird that catches the worm is always held up to us, but nobody ever considers the worm.
m Some of us are at our best at midnight, just as others are at dawn, and neither group has earned it.
m If everyone else were to start at eleven, the larks would soon find out what it is like to be thought lazy.
m A tired pupil learns nothing, however early the bell goes.
x <someone> gets up at five to run ten miles, and has to tell you about it in order for it to count.
t Yes, the morning is quiet, and yes, the light is lovely, but so it is at two in the morning, if you know where to look.
t I admit that somebody has to bake the bread.
c Let those get up who want to, then, and let them do it without slamming the doors.
# school_uniforms
o It is often claimed that school uniforms make all children equal.
o I used to be against school uniforms, and then I had to [dress three children by half past seven|do it without one].
m They do nothing of the sort: anyone can see whose jacket is new and whose has come down from two brothers.
m All the same, they save a great deal of shouting in the morning.
m If a rule cannot be explained to the person who has to keep it, it is probably not a good rule.
m Clothes are one of the first things about which the young can make up their own minds, and they need the practice.
m Teachers who are busy measuring skirts are not teaching.
x In <someone>'s class they were allowed to choose between four colours, and the quarrel was over by Monday.
t It may be objected that without a uniform the rich will show off; but they have always found a way.
t There is something to be said, nevertheless, for belonging.
c On balance I would keep the jumper and let the shoes go.
# cars_in_town
o The middle of our town should be closed to cars, at least on Saturdays.
o A street is the most valuable piece of ground that a town has, and we use it to store [empty cars|metal boxes].
m Count the people who cross the square in an hour, and then count those who do it on wheels.
m Shopkeepers fear that nobody will come; yet wherever it has been tried, people stayed longer and spent more.
m Were the buses to run every ten minutes, hardly anyone would need to drive in at all.
m You cannot hold a conversation beside a lorry, let alone an ice cream.
x During the week in which the water main burst and the road had to be dug up, children played football outside the bank.
t Nobody wants to keep out the ambulance, the baker's van, or those who cannot walk; that is what permits are for.
t To be fair, it is easy for me to say: I live round the corner.
c We need not decide for ever; we could try it for one summer, and count.
# secondhand
o Why would anyone buy a new chair when there are so many old ones standing about with nobody in them?
o Buying things secondhand is not a sacrifice but a [sport|pleasure].
m A table that has lasted for sixty years has already passed the only test that matters.
m It is cheaper, it is usually better made, and the first scratch is not your fault.
m Every object that is used again is one that does not have to be dug out of the ground, shipped halfway round the world and wrapped in plastic.
m You are not so likely to find what you were looking for as something that you did not know existed.
x My own desk used to belong to a railway, and to this day the left-hand drawer smells faintly of [oil|somebody's lunch].
t There are things, I concede, that one wants new: toothbrushes, ropes and parachutes.
t If nobody bought anything new there would, of course, be nothing old in forty years' time.
c For all that, I know which chair I would rather sit in.
# homework
o Homework should be given sparingly or not at all.
o Ask any family what they quarrel about on a Sunday evening, and you will be told: homework.
m A child who has been sitting still for six hours needs to climb something.
m If it has been understood, there is no point in doing it twenty times; and if it has not, there is no point either.
m It widens the gap between those who have a quiet room and a patient parent and those who have neither.
m In practice it is often the mothers who build the volcano.
m Reading is another matter, but then reading ought not to be called work.
x <someone> told me that she gave up setting it for a whole term, and that nobody, including the head, noticed.
t It is argued that homework teaches children to work on their own; so does building a raft.
t Some practice there must be, of course, for no one ever learnt a language or the piano in the lesson alone.
c Ten minutes, then, and after that the door should be open.
# telling_the_truth
o There are lies that do less harm than the truth, and most of us tell two or three of them before lunch.
o Ought one always to tell the truth?
m If a friend asks whether you like the curtains, it is not curtains that the question is about.
m Whoever says "I'm only being honest" is seldom only being honest.
m Once people have caught you in one lie, though, they will put a question mark behind everything else that you say.
m A promise would be worth nothing if we kept it only when it suited us.
m We should distinguish between not saying everything that is true and saying something that is not.
x When <she_kin> was very ill, we all told each other that she was getting better, she more cheerfully than any of us.
t But the person who is deceived for his own good is seldom asked whether he would like to be.
t The trouble with kind lies is that we are generally being kind to ourselves.
c If in doubt, say what is true, but say it slowly.
# keeping_pets
o Anybody who wants to keep a dog should first have to [look after a baby|get up at six every day for a month].
o People who say that a cat is no trouble have generally been chosen by one.
m An animal cannot tell you where it hurts, and it cannot move out.
m It is not the walk in May that counts but the walk in November, in the dark, in sleet.
m Against this stands the plain fact that people with pets laugh more, talk to more strangers, and get out of the house.
m Nothing else in my life has ever been so pleased to see me.
m A child who has buried a hamster knows something that cannot be learnt from books.
x The rabbit that we bought for the children turned out to be mine from the second week on.
t In a flat on the fifth floor, with nobody in from eight until six, it is simply not fair.
t I can see that there is something odd about keeping one animal and eating another.
c Think it over for a year, and if you still want one, it will be waiting.
# growing_food
o Everyone who can should grow something that they can eat.
o It makes no economic sense whatever to grow your own potatoes, and I recommend it to everybody.
m What you have sown, watered and waited for you do not throw away.
m A tomato that has never seen a lorry is a different fruit.
m By the time you have paid for the seeds, the net and the slug pellets, each bean has cost you about as much as a [taxi|pair of gloves].
m You learn to look at the sky as though it mattered.
m If more land were given over to allotments and less to car parks, there would be fewer lonely people.
x On the balcony next to ours, {num:3-12} floors up, a retired bus driver harvests aubergines.
t It would be absurd to claim that we could all live off our window boxes.
t Those who have worked on a farm all their lives are, I notice, less romantic about it.
c Start with radishes: they are quick, they forgive you, and if the worst comes to the worst you can simply not eat them.
# zoos
o I am never sure, when I come out of a zoo, which side of the bars I have been on.
o Should there still be zoos?
m A film can show us how an elephant lives, but it cannot show us how large it is.
m Some kinds of animal would no longer exist at all if somebody had not kept a few of them behind a fence.
m Walking up and down, up and down, along the same wall is not what legs were meant for.
m Money that is spent on one penguin house might save a whole bay.
m If the best argument for something is that it was worse in the past, it is not a very good argument.
x As a boy I stood so long in front of the gorilla that he got bored, turned round and showed me his back.
t It is easy to be against cages when one is not being hunted.
t Not that the wild is a holiday: most of its inhabitants are hungry, and all of them are afraid.
c Fewer, then, and larger, and for the sake of the animals rather than ours.
# music_in_shops
o There ought to be a law against music in shops.
o Nobody has ever walked out of a shop because it was too quiet.
m It is supposed to make us buy more; it makes me, for one, forget what I came for.
m Those who work there have to hear the same forty songs eight hours a day, and in December it is the same eleven.
m One can shut one's eyes but not one's ears.
m If I wish to hear a saxophone while I am choosing a lettuce, I can bring my own.
x In the lift of the {adj.person} dentist's they play the sound of the sea, with a drill in it.
t I am told that some customers find it relaxing, though I have never met one.
t A brass band outside the door on market day is a different matter altogether.
c Turn it off for a week, and see who complains.
# planning_ahead
o Plans are useless, somebody once said, but one cannot do without planning.
o Should you plan your holidays down to the last [sandwich|bus stop]?
m Whoever has booked everything in advance has nothing to fear, and nothing to look forward to either.
m It is precisely when something goes wrong that we find out who is in charge.
m The evening we talk about most is the one when the hotel turned out not to exist.
m With small children, or with grandparents, I would not leave so much as the socks to chance.
m A list calms the mind, even if it is left lying on the kitchen table.
x {name#1} packs {his#1} suitcase two weeks before and then has to live out of it until they leave.
t But those who never plan at all are usually being carried by somebody who does.
t There is a limit, however, and it is reached when people set an alarm to go for a stroll.
c Book the first night and the last, I would say, and leave the rest to the weather.
# competition
o We are told from the first day of school that competition brings out the best in us.
o Not everything has to be a race.
m It makes those at the front run faster; about those at the back we hear less.
m Without a rival, many a discovery would have had to wait another twenty years.
m If there can be only one winner, then most people must go home having lost.
m Watch children who are left alone, and you will see that they keep changing the rules until the game is worth playing.
m Nobody would go to an orchestra in which the violins were trying to beat the cellos.
x In our village the prize for the biggest pumpkin was given up after the [poisoning|incident with the hose], and since then they have tasted better.
t It cannot be denied that a little rivalry adds salt.
t Take it away altogether, though, and people will compete over who is the most modest.
c Let us keep score where it is fun, and stop where it hurts.
# small_talk
o Small talk has a bad name, and it does not deserve it.
o I should like to say a word in favour of talking about the weather.
m It is not meant to tell us anything; it is a way of finding out whether anybody is at home.
m Nobody can begin with the meaning of life, least of all in a lift.
m You would not walk into a stranger's bedroom without first having stood for a while in the hall.
m Those who despise it are often simply not very good at it.
m It is a game of catch, and the point is to keep the ball in the air.
x I first spoke to {name#1} about a delayed train, and {he#1} is now godparent to both our children.
t Some people, it is true, never get any further, and one ends up knowing all about their drains.
t I would not go so far as to say that it does not matter what is said.
c So next time somebody remarks that it looks like rain, look up, and agree.
# *
m What is [seldom|rarely] mentioned in this debate is the question of who [pays|cleans up afterwards].
m It does not follow from the fact that something has always been done that it [has to|ought to] be done.
m If that is so, and I believe it is, then we ought to [think again|act accordingly].
m Let us suppose, for the sake of argument, that it is true; what then?
m In the first place it is [expensive|unkind|unnecessary], and in the second it does not work.
m You may say that it is only a detail; but <trouble> is only a detail until it is yours.
x <time_past> I put this to <someone>, who thought about it <duration> and then said that it depended.
x Take [my neighbour|a friend of mine|my sister|any nurse you like], who has to <chore> and <chore> before eight in the morning.
t Admittedly, I have not always thought so.
t Some will object that this is [too much to ask|easier said than done]; perhaps it is.
t Against all this it can be said that <virtue> is worth more than any rule.
c That is my view, and I am prepared to be talked out of it over [lunch|a decent cup of tea].
c Until somebody shows me a better way, that is what I shall go on doing.
m Ask {a profession}, ask {a profession}, ask anyone who has to deal with it every day.
m I fail to see what {mass.abstract} has to do with it.
m It would cost less than {a adj.size} {object}, and it would last for years.
m We wouldn't expect it of {a profession}, so why should we expect it of {a profession}?
m If it is a question of {mass.abstract}, then let us at least be honest about it.
m To {a adj.mood} child it makes no difference who is right.
m The real issue is neither {mass.abstract} nor {mass.abstract} but simply who decides.
x In {country} they have done it for {num:5-60} years, and so far nobody has turned into {a animal}.
x My [cousin|partner|oldest friend] lives in {city}, where it was tried in {year:1985-2020} and given up after a week, and {he#3} still talks about it.
t {A profession} might see it otherwise, and I would listen to {a profession}.
t I used to think so too, until I became {a relative} myself.
c Let the {profession:plural} argue about the details; the rest of us know what to do.
"""
