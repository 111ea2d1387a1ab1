# ruff: noqa: E501
"""Sentence frames of the advice (to "you", mostly imperatives), by problem.

Lines are `o`, `m` (kept in order), `x`, `t` or `c`. Knows nothing of how a passage is put together.
"""

TEXT = """
# sleeping_badly
o If you can't sleep, the worst thing you can do is lie there and try.
o You went to bed at eleven, it is now half past two, and you have turned the pillow over six times.
m Get up, go into another room, and do something dull until your eyes begin to close.
m Keep the bedroom cool and dark, and leave your phone somewhere you can't reach it.
m Try to get up at the same time every day, even at the weekend, and even if you slept badly.
m Don't drink coffee after [lunch|three in the afternoon], however much you feel you need it.
m If something is going round and round in your head, write it down; it will still be there in the morning.
m And stop looking at the clock.
x <someone> swears by warm milk, and <someone> by a very long book about [canals|the history of salt].
t Of course, if it goes on for weeks you should talk to a doctor rather than to me.
c One bad night never hurt anyone, so don't worry too much about tomorrow.
c You will sleep again; people always do.
# moving_house
o Moving house is easier than people say, provided you start earlier than you think you need to.
o So you've got the keys, and now you have three weeks to put your whole life into boxes.
m Begin with the things you hardly ever use, and ask yourself why you have them.
m Write on the side of each box what is in it and which room it should go to; the top will be hidden as soon as you stack them.
m Books go into small boxes, pillows into big ones, and never the other way round.
m Take a photo of the wires at the back of the television before you pull them out.
m Pack one bag as if you were going away for the weekend: toothbrush, charger, clean shirt, medicine.
m The last thing into the van should be the kettle, because it will be the first thing you want out.
x When we moved, we lost a box marked "important" and found it again four years later, under one marked "misc".
t Even if you plan everything, something will get broken, and it won't be the thing you never liked.
c When the bed is made and the kettle is on, you've moved; the rest can wait.
c Then order a pizza, sit on the floor, and enjoy the echo.
# saying_sorry
o Most apologies go wrong because of one small word, and that word is "but".
o If you have hurt somebody, say so, and say it soon.
m Don't explain why you did it until you've been asked.
m Say what you did, in plain words, without making it sound smaller than it was.
m "I'm sorry if you were upset" is not an apology; it's a way of blaming the other person for noticing.
m Look at them, not at your shoes.
m Ask whether there is anything you can do to put it right, and then do it, even if it's a nuisance.
m Give them time, since nobody can forgive you on the spot just because you'd like to feel better.
x <he_kin> never once said sorry, but after a quarrel he would come in with <thing> and ask whether anyone wanted tea.
t There are things that an apology can't mend, and it is no good pretending otherwise.
c You may not get an answer, but you will have done your part.
c It takes about ten seconds, and they are among the longest you will ever know.
# job_interview
o The people on the other side of the table want you to be good; it would save them a lot of trouble.
o Nobody enjoys job interviews, and that includes the people who are asking the questions.
m Find out where the building is the day before, so that you won't have to run.
m Read what they say about themselves, and think of one thing that you honestly like about it.
m Prepare three short stories: something you did well, something that went wrong, and something you learned.
m When you don't know the answer, say so and tell them how you would find out.
m Wear something that makes you feel like yourself on a good day.
m At the end they'll ask if you have any questions, and "no" is the wrong answer.
m Take a breath before you speak; what feels like an hour to you is a second to them.
x {name#1} once sat down, knocked over the water, and got the job because of the way {he#1} [laughed|mopped it up].
t If they are rude to you, believe them: it won't get better once you work there.
c And if you don't get it, ask why, thank them, and try the next one.
c Whatever happens, you can have cake afterwards.
# saving_money
o You don't need a spreadsheet to save money, although it does help some people to see it in black and white.
o Where does it all go? That's the question most of us ask ourselves on about the twentieth of the month.
m For four weeks, write down everything you spend, and don't try to change anything yet.
m At the end of it you'll see two or three things that surprise you; start with those.
m Put something aside on the day you get paid, before you have had a chance to miss it.
m Make a list before you go shopping, and eat before you go, too.
m Wait three days before you buy anything that costs more than {money}, and most of the time you won't want it any more.
m Cancel whatever you forgot you were paying for.
m Cook twice as much as you need and freeze half of it, with a label.
x <someone> puts every coin he gets as change into a jar, and at the end of the year he goes away for a week.
t But don't be so careful that there's nothing left to look forward to.
c It adds up slowly, and then one day it's enough.
c The point isn't to be rich; the point is to sleep well when the car breaks down.
# learning_a_language
o If you want to learn a language, you have to be willing to sound like a child for a while.
o You don't need talent to learn a language; you need [twenty minutes a day|a reason].
m Learn whole sentences, not single words, and say them out loud until your mouth knows the way.
m A little every day is much better than four hours on a Sunday.
m Start speaking long before you feel ready, because you'll never feel ready.
m Label things around the house: the door, the mirror, the butter, the cat if it will let you.
m Listen to songs, watch films you already know, and read books meant for six-year-olds.
m When people correct you, thank them, and when they answer in English, carry on.
m You will forget most of it, so look at it again the next day, the next week and the next month.
x <she_kin> learned hers from the shopping channel and can still sell you a set of knives without a single mistake.
t It's true that children do it faster, but then nobody expects them to hold down a job at the same time.
c One morning you will understand a joke, and after that there's no stopping you.
c Keep going; it gets easier, and then it gets harder again, and then it's yours.
# cooking_for_beginners
o Anyone who can read can cook, as long as they read to the end before they start.
o You only need to be able to cook [four|five] things well, and one of them can be eggs.
m Take everything out and put it on the table before you turn on the heat.
m A sharp knife is safer than a blunt one, because you don't have to press.
m Turn it down: nearly everything that goes wrong in a kitchen goes wrong because the pan is too hot.
m Taste as you go along, and add salt a little at a time, since it is hard to take out again.
m Leave the meat alone while it is browning, and don't keep lifting the lid off the rice.
m Clean up while things are simmering, and you won't hate yourself later.
m If it tastes flat, try a squeeze of lemon before you reach for anything else.
x The first time I made soup for my family, it was so thick that my brother [stood the spoon up in it|asked for a slice].
t Baking is different: there you really do have to weigh things.
c Make it once, make it again the same week, and after that you won't need the book.
c And if it all goes wrong, there is always toast.
# making_friends
o It's harder to make friends when you're grown up, and it isn't your fault.
o When you move to a new town, nobody rings your doorbell to ask if you want to come out and play.
m Choose something that happens every week, at the same time, with the same people, and keep going.
m It hardly matters whether it's a choir, a chess club or a class in which you learn to fix bikes.
m Learn names, and use them.
m Ask people about themselves, and then, which is the part that most of us forget, listen to what they say.
m Somebody has to be the one who says "Shall we get a coffee?", so it might as well be you.
m If they say they are busy, ask once more, and after that let them ask you.
m Offer help, and accept it when it's offered: nothing brings people together like carrying a sofa.
x {name#1} and I met because we were both {num:5-15} minutes early, every single time, for a class neither of us liked.
t Not everyone you like will like you back, and that's allowed.
c Give it a year, and you'll find that you have somebody to call when you lock yourself out.
c A friend is only a stranger who has seen your kitchen.
# looking_after_plants
o More houseplants die of too much love than of too little.
o You haven't got a brown thumb; you've got a watering can and a bad conscience.
m Before you water it, push a finger into the soil, and if it's damp, put the can down.
m Put the plant where it wants to be, not where there happens to be an empty shelf.
m Turn the pot a little every week so that it doesn't grow lopsided.
m Yellow leaves usually mean too much water, and brown, crisp edges too little.
m Once the roots begin to come out at the bottom, it is time for a bigger pot, though only slightly bigger.
m Wipe the dust off the leaves now and then; they breathe through them.
m In winter most of them would rather be left alone.
x I had a fern for six years that did not grow a single leaf until I moved it into the bathroom, where it went mad.
t Some plants, like some people, simply don't like you, and there is nothing to be done.
c If it dies in spite of everything, thank it, throw it out, and get a cactus.
c A cutting in a jam jar costs nothing and makes a good present.
# getting_things_done
o If the list is so long that it frightens you, it isn't a list any more.
o Everybody puts things off, but some of us have made an art of it.
m Write down the one thing that would make today a good day if you did it, and do it first.
m Cut it into pieces so small that it would be silly not to do the first one.
m Set a timer for twenty minutes and promise yourself that you can stop when it rings.
m Close the door, turn off the sound, and put the phone in another room.
m If it takes less than two minutes, don't write it down, just do it.
m Leave your work in the middle of a sentence, so that you know where to begin the next day.
m Say no more often, and say it kindly, and say it straight away.
x I know a man who cleaned his oven three times in order not to write a single letter; it was a very short letter, and a very clean oven.
t But don't turn your whole life into a plan: an empty afternoon isn't a mistake.
c Done is better than perfect, as they say, and perfect is usually late.
c Tomorrow you'll be glad you started today.
# difficult_conversation
o There is something you have to tell somebody, and you've been putting it off for weeks.
o Hard conversations don't get easier by being left in a drawer.
m Decide beforehand what it is that you want to have changed when you're both done talking.
m Pick a time when neither of you is tired, hungry or on the way out.
m Go for a walk together, if you can, since it's easier to say things when you are both looking ahead.
m Start with what you saw and how it made you feel, not with what kind of person you think they are.
m Leave out the words "always" and "never", because somebody will remember the one exception.
m Then be quiet, and let them be angry for a minute if they need to be.
m Try to say back to them what you've heard, and ask if you got it right.
x The best boss I ever had used to begin with "Help me to understand", and I have stolen it from her.
t You can't control how they'll take it; all you can do is be clear and be kind.
c It will almost certainly be less awful than the speech you've been giving in the shower.
c And when it's over, leave it: don't bring it up again over dessert.
# long_journeys
o The trick to a long journey is to stop thinking about the end of it.
o If you have to travel all night, you might as well do it properly.
m Take half as much luggage as you think you'll need and twice as many sandwiches.
m Wear shoes that you can take off, and socks that you don't mind being seen in.
m Keep your ticket, your keys and your money in the same place, every time, and don't let yourself be talked out of it.
m Drink water, walk up and down, and look out of the window at least once an hour.
m Learn to say "thank you" in the language of every country you're going to cross.
m With children, bring a present for every hour, wrapped, and never tell them how many there are.
m Ask the person next to you one question; if they answer in one word, open your book.
x Between {city} and {city} a man once taught me to tie nine kinds of knot, and I've never forgotten his hands.
t Things will go wrong, and those will be the parts you tell people about.
c Sooner or later you'll arrive, a bit crumpled, and somebody will ask how it was.
c Sleep when you can, eat when you can, and be nice to the driver.
# feeling_low
o Some days you wake up and everything is grey, and there isn't even a reason.
o When a friend is unhappy, most of us want to fix it, and that is usually not what they need.
m Don't decide anything important before you have eaten, slept and gone outside.
m Have a shower, put on clean clothes, and open the window, even if it seems pointless.
m Do one small thing that can be finished: make the bed, wash a cup, answer one message.
m Call someone, and if you can't face talking about it, talk about something else.
m Be as patient with yourself as you would be with a child who has a fever.
m Stay away from pictures of other people's holidays.
x <someone> told me that on such days she walks to the sea and back, and that she has never yet regretted it.
t If it doesn't lift, please tell somebody: there are people whose job it is to help, and they're good at it.
c It passes; it doesn't feel as though it will, but it does.
c Nobody can do it for you, but you don't have to do it alone.
# *
m <virtue> is useful here, and so is <virtue>, but most of all you'll need <virtue>.
m Ask <someone> how they do it, and don't be afraid of looking silly.
m Don't try to do it all at once.
m Whatever you do, don't start <while_ing> just because it's easier.
m You'll probably make mistakes to begin with, but so did everyone else.
m Once you've done it a few times, it will be no more trouble than <chore_ing>.
m It's a good idea to <chore> first, so that you can't use it as an excuse later on.
m If that doesn't work, wait a day or two and try again.
x [A friend|A cousin of mine|Somebody I work with|A girl I know] did exactly that, and within a month things had begun to look up.
x I learned this the hard way, <time_past>, when <event_past> and I wasn't ready for it.
t On the other hand, you know yourself better than I do.
t That said, there's more than one way to do it.
c Good luck, and let me know how it goes.
c It's worth it, honestly.
m All you need is {a object}, {num:10-40} minutes and somebody who won't laugh.
m Think of how {a profession} would go about it, and do the same, only slower.
m Treat yourself to {a food} when you have got halfway.
m If you feel {adj.mood}, say so; if you feel {adj.mood}, go for a walk along the {landscape} first.
m Put {a adj.colour} {object} where you can see it, as a reminder.
m You don't have to be {a profession} to understand this, and it isn't {mass.subject} either.
x My {relative}, who is {a profession}, tried it on {a weekday} and was done by {weekday}.
t None of this will help if what you really need is {mass.abstract}.
c Then make yourself some {mass.drink}, sit down in the {room}, and be {adj.mood} for a bit.
"""
