# ruff: noqa: E501
"""Sentence frames of the speeches, by occasion.

Lines are `o` (greeting), `m`, `x`, `t` or `c` (toast or thanks). Knows nothing of how a passage is put together.
"""

TEXT = """
# wedding
o Good evening, everyone; for those of you who don't know me, I'm {name#1}'s [brother|oldest friend|next-door neighbour], and I've been told to keep it short.
o Dear {name#1}, dear {name#2}, dear family and friends, and whoever it is behind the cake.
m When {name#1} first told me about {name#2}, {he#1} talked for two hours without once mentioning a single fault, and I thought: this is either love or a fever.
m I have known {name#1} since we were both too small to reach the biscuit tin, and even then {he#1} had a plan.
m What I admire about the two of you is that you can argue about a map for an hour and then get lost together, laughing.
m A marriage, I'm told, is a conversation that lasts for fifty years, with breaks for meals.
m You have shown all of us how to be kind to one another on a Monday morning, which is when it counts.
x I still remember the camping trip on which the tent blew away, and {name#2} said, "Well, at least we can see the stars."
t Now, I promised not to tell the story about the [goat|canoe|hotel in {city}], and I'm a man of my word.
t They say that opposites attract; in your case I'd say that two people who are both always late have finally found each other.
c So please raise your glasses: to {name#1} and {name#2}, and to a very long conversation.
c May your roof never leak, may your soup never burn, and may you always have something to laugh about.
# retirement
o When {name#1} started here, the computers were the size of wardrobes and the coffee was even worse than it is today.
o Friends, colleagues, people who only came for the sandwiches: thank you for being here.
m In {num:21-40} years {he#1} has been late exactly once, and that was the day {he#1} stopped to pull a sheep out of a ditch.
m There isn't a person in this room who hasn't, at some time or other, knocked on that door with a problem and come out with an answer and a piece of fruit.
m {He#1} never raised {his#1} voice, because {he#1} never had to.
m We worked out that {he#1} has answered the phone about two hundred thousand times, and was polite on all but three occasions.
m You taught us how to do the job, but more than that you taught us when to go home.
x On my first day I broke the [printer|franking machine], and before I could say anything {name#1} had told the boss that it was {him#1}.
t I know you don't like a fuss, so I'll come to the point, as you used to say, before the tea gets cold.
t Nobody can be replaced, and we're not even going to try.
c Enjoy the garden, {name#1}, and don't you dare set an alarm.
c On behalf of all of us: thank you, good luck, and please leave us the recipe.
# school_leavers
o Headteacher, parents, and above all those of you who are about to throw your hats into the air: good morning.
o I was asked to give you some advice, and I accepted, because advice is cheaper than a present.
m You have spent {num:9-13} years in this building, and I hope that you've learned something in spite of us.
m Some of you know exactly what you want to do; don't worry, it will pass.
m The world is not waiting for you, but it's quite willing to make room.
m You will fail at something, and I hope that it happens soon, so that you find out it doesn't kill you.
m Be curious about the people who disagree with you: they have read different books.
m Write to your teachers from time to time, since most of us never hear how the story ends.
x I once got {n:7-29} per cent in the very subject that I now teach, and I've kept the paper to frighten my pupils with.
t I'm not going to tell you to follow your dreams, because last night I dreamed that I was a [teapot|tram].
t But I will tell you this: nobody has ever been sorry for having been kind.
c Go out, make mistakes, ring home on Sundays, and don't forget to return your library books.
c The bell is about to ring, and this time you don't have to come back.
# town_meeting
o Thank you for coming out on a night like this; I can see that there are still a few chairs at the front.
o I have lived in this street for {num:11-50} years, and I've never spoken at a meeting before, so please bear with me.
m We are not asking for the moon; we're asking for a crossing, a bench and a bus that comes when it says it will.
m Last winter three people fell on those steps, and one of them was my mother.
m The council tells us that there is no money, and perhaps there isn't, but there was money for the [fountain|new sign].
m If each of us gave two hours a month, the hall could be open every evening.
m I have nothing against change; I'd only like to be told about it before the digger arrives.
m We all want the same thing, or nearly the same thing, and we've been shouting at each other as if we didn't.
x My neighbour here is eighty-four, and she has counted the lorries: {n:90-400} in a single day.
t I know that some of you see it differently, and I'd rather hear it here, tonight, than read it on a wall.
t But a town isn't the buildings; it's whether you would lend your neighbour a ladder.
c Let's vote on it, let's keep it civil, and then let's go and have a drink.
c If we don't do it, nobody will, and then we'll have only ourselves to blame.
# award
o Goodness, this is heavy.
o I didn't prepare a speech, because my [wife|husband|sister|son] told me that it would be bad luck, so this will be short and rather disorganised.
m There are so many people to thank that I'm bound to forget one, and it will be the one who is driving me home.
m First of all I want to thank the whole team, who did the work while I did the worrying.
m To my parents, who never quite understood what it is that I do, and who have told everybody about it all the same: thank you.
m I'd also like to thank the teacher who said that I would never amount to anything; it was exactly what I needed to hear.
m None of us does anything alone, however it may look on the certificate.
m When we started out, there were three of us, one table and a kettle.
x On the night before it was finished everything broke, and {name#1} sat down on the floor and began, very calmly, from the beginning.
t The others on the list deserved it just as much, and one of them, between you and me, deserved it more.
t I'd like to say that I never doubted it would work, but my hairdresser is in the audience.
c This belongs to all of us, though I'm going to keep it on my shelf.
c Thank you so much, enjoy the evening, and I believe that the bar is open.
# opening
o Ladies and gentlemen, boys and girls: in a few minutes I'll cut this ribbon, if somebody can find the scissors.
o Ten years ago there was nothing on this spot but nettles and a burnt-out van.
m Everyone said that it couldn't be done, and I'm looking at several of them now, in the second row.
m It cost a little more than we had expected and took a good deal longer, and it's twice as lovely as we'd dared to hope.
m Every brick in that wall was carried by somebody you know.
m We wanted a place where you could sit down without having to buy anything.
m The windows look to the south, the doors are wide enough for everyone, and there is no step.
m To the children I should like to say: it's yours, so look after it, and do run in the corridors.
x An old lady stopped me yesterday and asked what it was for, and when I'd told her, she said, "About time too."
t It isn't perfect, and the paint on the railings is still wet, as the mayor has just found out.
t But a building is only a promise; it's up to us to keep it.
c I hereby declare it open, and I can smell that the coffee is ready.
c So come in, wipe your feet, and make yourselves at home.
# farewell
o It's my last day, and I was hoping to slip out of the back door.
o I've never been good at goodbyes, so let's call this a long pause.
m When I came here I didn't know a soul, and I had the wrong coat for the climate.
m You laughed at my accent, corrected my grammar and fed me until I could hardly stand.
m I am leaving with twice as many books as I came with and half as much hair.
m I'll miss the view from the third floor, the argument about the window, and the way {name#1} sings on the stairs.
m What I've learned from you I couldn't have learned anywhere else, and some of it I'll have to unlearn.
m I'm only going to be four hours away, and I make up a bed faster than anyone I know.
x On my second day somebody left <thing> on my desk, without a note, and to this day I don't know who it was.
t It would be a lie to say that I enjoyed every minute, but I enjoyed the ones in between.
t Don't cry, please, or I'll start.
c Look after each other, water the plants, and write to me.
c The door is always open, wherever it may turn out to be.
# funeral
o We're here today to say goodbye to {name#1}, and I think that {he#1} would have been surprised to see so many of us.
o I have been asked to say a few words about my friend, and a few were all that {he#1} ever used.
m {He#1} liked strong tea, plain speaking and any dog that came up to {him#1} in the street.
m There was always room for one more at {his#1} table, and if there wasn't, {he#1} would go and fetch a board.
m {He#1} mended things: bicycles, radios, and, when nobody was looking, people.
m {He#1} was not an easy person, and would have been the first to say so.
m I never heard {him#1} speak badly of anyone, with the exception of one particular referee.
m In the last few weeks {he#1} could no longer talk much, but {he#1} still raised one eyebrow, and we knew what it meant.
x When our daughter was born, {he#1} walked six miles through the snow to bring us a chair.
t I'm not going to say that {he#1} is in a better place, because there was no place that {he#1} liked better than this one.
t Grief, somebody told me, is just love that has nowhere to go.
c We'll miss you, {name#1}; thank you for everything, and for the chair.
c After this there will be soup at the house, and {he#1} would have wanted you to finish it.
# sports_club
o Well, what a season that was.
o I'll be brief, because I know that half of you want your dinner and the other half want to dance.
m We lost the first {num:3-9} matches, drew the next two, and then, on a wet Saturday in {month}, something clicked.
m Nobody gave us a chance, including, I may say, our own goalkeeper.
m The heart of a club isn't the eleven who play, it's the two who wash the shirts.
m I've watched some of you grow from children who cried when they got muddy into adults who cry when they don't.
m To the parents who stood in the rain for us, week in, week out, with a flask and a folding chair: we saw you.
m A team is a group of people who know how to pass, in more senses than one.
x With a minute to go in {town}, {name#1} slipped, fell over, and scored with {his#1} [knee|ear]; {he#1} has since explained to us that it was intended.
t We didn't win the cup, but then we've nowhere to put it.
t Next year will be harder, so rest your legs while you can.
c Three cheers for the coach, and then it's over to the band.
c Same time in August, please, and bring a friend who can run.
# birthday
o My dear {name#1}, you're {num:40-90} today, and you look no older than you did when I began to lie about it.
o Could I have your attention for just a moment, before the candles set fire to the curtains?
m I've been going through the old photographs, and I'm happy to tell you that I found some.
m You've been a friend to us, a terror to your dentist, and a legend at the bowling alley.
m At an age when other people slow down, you bought a kayak.
m Nobody tells a story like you do, and nobody tells the same one so often.
m You remember everyone's birthday, so it's only fair that for once we all remembered yours.
m I asked the children what they liked best about you, and they said "the pancakes" and "everything".
x Once, in the middle of the night, I rang you from {city} because I'd lost my wallet, and all that you said was: "Stay there, I'm putting my shoes on."
t I had written down a few jokes, but {name#2} has crossed them all out.
t You said that you didn't want any presents, and as you can see, nobody listened.
c Happy birthday, from every one of us; now blow, before they melt.
c Here's to the next one, and to all the ones in between.
# first_day
o Welcome to all of you, whether you have come from the next street or from the other side of the world.
o On their first day everyone thinks that the others know what they're doing; let me tell you now that they don't.
m You'll get lost, you'll forget your password, and somebody will tell you a different rule from the one you were told an hour ago.
m Ask; ask again; and if you still don't understand, then the chances are that we haven't understood it either.
m The most important person in the building is at the front desk, and her name is {name#1}.
m In this envelope you'll find a map, a key and a list of people who like to be asked for help.
m We make mistakes here, and when we make one, we say so out loud.
m There's a kitchen on every floor, and the rule is that whoever takes the last biscuit opens the next packet.
x In my own first week I spent two days working very hard for the wrong department.
t It won't always be easy, and I'd be doing you no favours if I said that it would.
t You have been chosen from a great many people, but please don't let it go to your heads.
c We're glad you are here, and lunch is at half past twelve.
c By Friday you'll be showing somebody else the way.
# *
m I'd like to tell you about <she_kin>, who used to say that all you need in life is <virtue> and <virtue>.
m Can you hear me at the back?
m I see a lot of faces that I know, and a few that I'd like to.
m There were days when we had nothing but <virtue> and a packet of biscuits.
m As <someone> said to me on the way in, it isn't <virtue> that gets you through, it's <virtue>.
x <time_past>, <event_past>, and I remember thinking that somebody ought to make a speech about it.
t But I've been asked to speak for only five minutes, and I've already used up four.
t I'm nearly done, I promise.
c Thank you very much.
c Thank you, all of you, from the bottom of my heart.
m You don't need {a object} or a degree in {mass.subject} for that; you need friends.
m As {a profession}, I know a thing or two about {mass.abstract}; as {a relative}, I know nothing at all.
m I looked up the word in {a text}, and next to it there was a picture of {a animal}.
x On {a weekday} in {month} we stood in the {room}, {num:3-12} of us, with one {object} between us, and we laughed until it hurt.
t I could go on about the {food:plural}, but the {profession} at the back is looking at the clock.
"""
