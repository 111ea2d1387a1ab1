# ruff: noqa: E501
"""Jokes: whole ones, a line each, with the turn left intact; and the sentences that lead in and out.

A topic here is a manner of joke; `o` leads in, `j` is a whole joke, `c` is what is said after it.
Knows nothing of how a passage is put together.
"""

TEXT = """
# counter
o Have you heard the one about the [baker|library|umbrella]?
j A man walks into a library and asks for fish and chips. "Sir," says the librarian, "this is a library." "I'm so sorry," he whispers. "Fish and chips, please."
j A [horse|giraffe] walks into a café and orders a cup of tea. "That'll be nine pounds," says the waiter. "We don't get many [horses|giraffes] in here." "At these prices," comes the answer, "I'm not surprised."
j A woman goes into a hardware shop and asks for a mousetrap. "Quickly, please," she says, "I've a bus to catch." "Madam," says the man, "we don't have one that big."
j "I'd like to return this boomerang," says the customer. "What's wrong with it?" asks the shopkeeper. "Nothing. I just can't get rid of it."
j A customer asks whether the fish is fresh. "Fresh?" says the fishmonger. "Madam, it was still arguing when I opened up."
j "Do you sell alarm clocks?" "Yes, sir, which kind?" "One that wakes my son without waking me." "For that, sir, we have the [bucket|trumpet]."
j {A profession} went into a bakery and pointed at the tray. "Is that a cake or a meringue?" "No, you're quite right," said the baker, "it's a cake."
j "How much are these eggs?" "Three for a pound, and the cracked ones are half price." "Then crack me a dozen."
c The moral, if you insist on one, is to [read the sign|bring your own] first.
c It is funnier in the original, where everybody is a herring.
# doctor
o My doctor, who is a patient man, told me this one while he was [washing his hands|looking for his pen].
j "Doctor, doctor, everybody ignores me!" "Next, please."
j A man goes to see his doctor. "It hurts when I do this," he says, lifting his arm. "Then I shouldn't do it," says the doctor, and writes out the bill.
j "Doctor, I keep thinking I'm a pair of curtains." "Pull yourself together, and then tell me what you can see from the window."
j "The good news," said the doctor, "is that you have twenty-four hours to live. The bad news is that I've been trying to ring you since yesterday."
j "I've broken my arm in three places," said the patient. "In that case," said the nurse, "I'd stop going to those places."
j "You need glasses," said the optician. "How can you tell? I've only just come in." "Because this is the [bank|fish shop]."
j {A profession} complained of not being able to sleep. "Lie on the very edge of the bed," said the doctor, "and you'll soon drop off."
j "Will I be able to play the piano after the operation?" "Of course." "That's odd, I never could before."
j The dentist looked into my mouth for a long time. "The teeth are fine," he said, "but the gums have to come out."
c They say that laughter is the best medicine; it is certainly the cheapest.
c I have since changed my doctor, or rather he has moved without telling me.
# animals
o What did the one animal say to the other?
j Two [goldfish|carp] are in a tank. One turns to the other and says, "Do you know how to drive this thing?"
j Two cows are standing in a field. "Aren't you worried about this mad cow disease?" asks the first. "Why should I be?" says the second. "I'm a tractor."
j A snail is knocked down by a tortoise. "What happened?" asks the policeman. "I don't know," says the snail. "It all went so fast."
j A mother mouse and her children meet a cat. The mother draws herself up and shouts, "Woof!" and the cat runs off. "You see, children," she says, "how useful it is to know a foreign language."
j Why did the {animal} cross the road? Because it had heard what the other side was saying about it.
j A bear walks into a bar. "I'll have a beer," it says, and stares at the wall for a whole minute, "and a packet of nuts." "Why the big pause?" asks the barman. The bear looks at its feet. "I've always had them."
j A dog goes into a telegraph office and writes: woof, woof, woof, woof, woof, woof, woof, woof, woof. "You could have one more for the same price," says the clerk. "But that," says the dog, "would make no sense at all."
j A parrot that had spoken for years to nobody but {a profession} was sold to {a profession}. After a month it said its first words: "Is there anyone else?"
j Two {animal#1:plural} look up at a [rocket|jet] roaring across the sky. "I wish I could go as fast as that," says one. "You could," says the other, "if your tail was on fire."
j What do you call {a animal} with no [eyes|ears]? Anything you like; it doesn't know it is you.
c My [nephew|niece] told me that one nine times on a single journey.
c The {animal} did not laugh, but then it never does.
# school
o Teachers have heard all the excuses there are, and some of them twice in one morning.
j "If I had seven oranges in one hand and eight in the other," asks the teacher, "what would I have?" "Big hands, miss."
j "Why are you late?" "Because of the sign outside, sir." "What sign?" "The one that says: school ahead, go slow."
j "Name two pronouns," said the teacher. "Who, me?" said the boy at the back. It was the only right answer he gave all year.
j "I wish you'd pay a little attention." "I'm paying as little as I can."
j "Did your father help you with your homework?" "No, miss. He did it all by himself."
j Asked to write an essay on laziness, the boy handed in three blank pages and, on the fourth, the words: this is it.
j "What is the plural of man?" "Men." "Very good. And the plural of child?" "Twins."
j "You missed school yesterday, didn't you?" "Not a bit, sir."
j "Where was the treaty signed?" "At the bottom of the page."
c He grew up, of course, to be [a headmaster|minister of education].
c It got a star, though not a very large one.
# waiter
o There is something about restaurants that makes people [witty|rude].
j "Waiter, there's a fly in my soup." "Not so loud, sir, or everyone will want one."
j "Waiter, what is this fly doing in my soup?" "It looks to me like the backstroke, sir."
j "How did you find your steak?" "Quite by accident. I moved a potato, and there it was."
j "Is there soup on the menu?" "There was, madam, but I wiped it off."
j "Waiter, this coffee tastes like mud." "Well, sir, it was ground this morning."
j "Will you have your pizza cut into six slices or eight?" "Six, please. I could never manage eight."
j "Do you serve crabs here?" "We serve everybody, sir. Sit down."
j "I'll have the {food}," said the guest, "and make it quick." "I can make it quick," said the waiter, "or I can make it {food}."
j "You've got your thumb on my steak!" "Would you rather it fell on the floor again?"
c They left without a tip, and the waiter left without a word.
c The food was terrible, and such small portions.
# dry
o Some jokes are so short that they are over before you have [sat down|decided whether to laugh].
j I used to be indecisive, but now I'm not so sure.
j I told my [wife|husband] that I needed to be taken more seriously. We are both still laughing.
j My grandfather has the heart of a lion and a lifetime ban from the zoo.
j I bought a book on how to stop putting things off, and one of these days I shall read it.
j I wouldn't say that our house is damp, but there are [trout|ducks] in the mousetraps.
j He was so lazy that he married a woman with three children.
j I have a photographic memory; it is just that nobody ever took the lens cap off.
j They told me that I would never be any good at {mass.sport}, and look at me now: they were right.
j There are three kinds of people: those who can count and those who can't.
j My neighbour knocked on my door at half past two in the morning. Half past two! Luckily I was still up, playing the [drums|bagpipes].
j I had a fear of {animal:plural}, but with the help of a good doctor I have passed it on to him.
j I asked the man at the station for a return ticket. "Where to?" he said. "Back here, of course," I said.
j Nothing is impossible, people say. I do nothing every day.
j I am on a diet of {food:plural} and red wine; in one week I have lost seven days.
j The early bird may get the worm, but it is the second mouse that gets the cheese.
j My [uncle|brother|cousin Frank] gave up {mass.drink}, sugar and late nights; it was the longest afternoon of his life.
c Thank you, I'm here until the [soup runs out|bar closes].
c I'll get my coat.
# long
o This is a long one, so you may want to sit down.
j A man is driving along when he sees a sign: talking dog for sale. He rings the bell, and the owner shows him into the garden, where a dog is sitting in a deckchair. "You can talk?" asks the man. "I can," says the dog. "I was a spy for the government for eight years; nobody thinks that a dog is listening. Then I got married, had puppies, and retired." The man is astonished. "How much do you want for him?" he asks. "Ten pounds," says the owner. "Only ten? But why?" "Because he's a liar. He's never been out of the garden."
j Three friends are shipwrecked on an island. One day they find a bottle, and out comes a spirit who gives them a wish each. "I want to go home," says the first, and is gone. "So do I," says the second, and is gone as well. The third looks about. "It's so quiet all of a sudden," he says. "I wish they were back."
j {A profession}, {a profession} and {a profession} were arguing about whose work was the oldest. "In the beginning," said the first, "somebody had to make the world." "Before that," said the second, "somebody had to bring order into chaos." "And who," asked the third quietly, "do you think made the chaos?"
j An old man went to the same café every day and ordered three glasses of beer, one for himself and one for each of his brothers, who lived abroad. One evening he ordered only two. The whole room fell silent. "I'm so sorry for your loss," said the barman. "Oh, they're both in excellent health," said the old man. "It's just that I've given up drinking."
j A policeman stops a car with a penguin in the passenger seat. "Take that bird to the zoo at once," he says. The next day he stops the same car, and there is the penguin, wearing sunglasses. "I thought I told you to take it to the zoo!" "I did," says the driver, "and we had such a lovely time that today we're going to the beach."
j A woman had a parrot that swore from morning till night. In the end she lost patience and put it in the freezer. There was some screeching, then silence; so she opened the door, and the parrot stepped out on to her hand. "I'm truly sorry for my language," it said, "and I shall never use it again. But may I ask one question?" "What is it?" "What did the chicken do?"
j Two hunters got lost in the woods. "When you're lost," said one, "you have to fire three shots into the air, and somebody will come." So they fired three shots, and waited, and nobody came. They fired another three, and then three more. "Somebody had better come soon," said the other. "We're running out of arrows."
j The boss called the new clerk into the office. "Do you believe in life after death?" he asked. "Certainly, sir," said the clerk. "I'm glad to hear it," said the boss, "because an hour after you'd left for your grandmother's funeral yesterday, she came in to see you."
j A farmer was leaning on a gate when a car pulled up. "How do I get to {town}?" asked the driver. The farmer scratched his head. "Well," he said, "if I were you, I wouldn't start from here."
j A man asked to be shown the quietest room in the hotel. "They're all quiet, sir," said the porter. "It's the guests that make the noise."
c It took him [a minute|until Thursday], and then he laughed so much that he had to hold on to the piano.
c Nobody laughed except the person who had told it.
# family
o In our family there are only a dozen jokes, and we number them to save time.
j "Mum, are bugs good to eat?" "Don't talk about such things at the table." Afterwards his mother asks, "Now, what was it?" "Never mind. There was one in your soup, but it's gone."
j "Grandpa, can you make a noise like a frog?" "Why?" "Because Dad says that when you croak we're all going to the seaside."
j "I've got two pieces of news," said my daughter, "one good and one bad." "Just the good one, please; I've had a long day." "The airbags work."
j My father was asked the secret of a long marriage. "Twice a week," he said, "we go out to a nice restaurant: candles, music, dancing. She goes on Tuesdays, I go on Fridays."
j "What would you like for your birthday?" "Nothing," said my wife. So that is what I gave her, and it was the wrong size.
j "Dad, did you know that in some countries a man doesn't know his wife until he marries her?" "That happens everywhere, son."
j The baby was so ugly, said my uncle, that they took him everywhere rather than kiss him goodbye; he was talking, it turned out, about himself.
j "Stop walking round in circles, or I'll nail your other foot to the floor," my grandmother used to say, in the voice in which others sing lullabies.
j "Have you cleaned your teeth?" "Yes." "Then why is the brush dry?" "I used the towel."
j My [uncle|father-in-law|brother] is so careful with money that when he heard that the cost of living had gone up, he asked whether it was still worth it.
c It is not the joke that we laugh at any more, but [him|the way she always forgets the end].
c And at that, as always, my mother says, "I don't get it."
# workplace
o Somebody had pinned it up above the [photocopier|coffee machine]:
j "How many people work in this office?" asked the visitor. "About half," said the boss.
j "You should have been here at nine." "Why, what happened?"
j How many {profession:plural} does it take to change a light bulb? Two: one to change it and one to say how much better the old one was.
j "I'm afraid I can't give you a rise," said the manager, "but I can give you a longer title."
j The computer was supposed to replace twelve men; it took fourteen to mend it.
j A good manager never puts off until tomorrow what somebody else can do today.
j "Why did you leave your last job?" "Illness." "What was the matter?" "They got sick of me."
j "Is your new assistant any good?" "Let me put it this way: he was born ignorant, and he has been losing ground ever since."
j A committee is a group of people who keep minutes and waste hours.
j Our {profession} fell into the upholstery machine last week, but I am glad to say that he is now fully recovered.
j {name#1} asked for a day off to attend {his#1} own wedding. "Again?" said the boss.
c By lunchtime it had been taken down, and by two it was up again.
c Anyone who did not laugh was promoted.
# riddles
o Here is a riddle that my grandmother used to ask while she was [shelling peas|plaiting my hair].
j What has a neck but no head? A bottle. And what has teeth but cannot bite? A comb.
j What goes up when the rain comes down? An umbrella.
j What can you hold without touching it? Your breath, or, if you are lucky, a conversation.
j The more you take away from it, the bigger it gets: what is it? A hole.
j What belongs to you but is used more often by other people? Your name.
j What gets wetter the more it dries? A towel.
j I have cities but no houses, rivers but no water, and woods without a single tree. What am I? A map.
j What has hands but cannot clap? A clock, and my cousin at his daughter's concert.
j What can run but never walks, has a mouth but never speaks, and has a bed but never sleeps in it? A river.
j Which is heavier, a pound of {mass.stuff} or a pound of feathers? Neither, of course; but I know which one I would rather have fall on my foot.
j What is full of holes and still holds water? A sponge, or my father's argument.
c We had known the answer for years, and always pretended that we did not.
c The one who guessed it was allowed to lick the spoon.
# *
c Groans all round.
c You had to be there.
c I laughed for {num:2-9} minutes; {name#1} has not laughed yet.
c I have another one about {a animal} and {a profession}, but there are children in the room.
"""
