# ruff: noqa: E501
"""Frames for `email`: subjects with sentences that belong to them, greetings, closings; by us, slots as usual.

§1 people: §given1 writes, §given2 reads, §given3 is talked about.
"""

from __future__ import annotations

# subject, sentences in an order that reads well
THREADS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Meeting on §weekday1", (
        "I'm afraid I can't come to the meeting on §weekday1.", "Could we move it to §weekday2, or is that too late for you?",
        "If not, please ask §given3 to take notes.", "§He3 knows the figures better than I do.", "I've put the «plan¦list¦report» on your desk.")),
    ("Your order no. §big1", (
        "Thank you for your order of §date.", "Unfortunately, the §furniture1 you chose is no longer in stock.",
        "We can send you a similar one in §adj_colour, or give you your money back.", "Please let us know which you prefer.",
        "We are very sorry for the trouble.")),
    ("Lost: one §clothes1", (
        "Has anybody seen my §adj_colour1 §clothes1?", "I left it in the §room1 on §weekday and it wasn't there this morning.",
        "It isn't worth much, but it was a present from my §relative.", "If you find it, please leave it with §given3.", "No questions will be asked!")),
    ("Holiday photos", (
        "Here are the pictures from §city1 that I promised you.", "The one with the §animal1 is my favorite, although §given3 hates it.",
        "§He3 says that §he3 looks like §a_animal.", "We had rain for §few days, but nobody minded.", "Next year you must come with us.")),
    ("Re: Invoice §big1", (
        "I have looked at the invoice again and I think there's a mistake.", "You have charged us for §n §pl_container, but we only received §few.",
        "Could you check this, please?", "Until then we won't pay.", "The delivery note is attached.")),
    ("New address", (
        "We have moved!", "From §date on, our address is §address.", "The telephone number hasn't changed.",
        "The house isn't finished yet, and there are boxes in every room, but you are welcome at any time.", "Don't bring flowers; bring a §tool.")),
    ("Re: Re: Saturday", (
        "That sounds wonderful!", "I'd love to come, as long as I don't have to cook.", "Shall I bring §mass_food or something to drink?",
        "§given3 will be there too, won't §he3?", "I haven't seen §him3 since §month.")),
    ("Application for the position of §profession1", (
        "I am writing to apply for the position that you advertised on §date.", "For the last §few years I have worked for §a_building in §town.",
        "There I was responsible for §n people.", "I speak two languages and I am not afraid of hard work.",
        "I would be glad to come for an interview at any time.")),
    ("Problem with the printer", (
        "The printer on the §nth floor has stopped working again.", "It says that there is no paper, which isn't true.",
        "I've switched it off and on §fewword times.", "Can somebody from your team have a look before §weekday?", "We can't print anything until it's fixed.")),
    ("Happy birthday!", (
        "All the best on your birthday!", "I hope you'll have a wonderful day, even if you have to work.",
        "Your present is on its way; it should have arrived yesterday.", "How old are you now? I've stopped counting.",
        "Don't eat all the cake before we come.")),
    ("Your book is late", (
        "The book that you borrowed on §date has not been returned.", "Another reader is waiting for it.",
        "If we don't get it back within §few days, you will have to pay §price.", "If you have already brought it back, please ignore this message.",
        "You can renew other books on our website.")),
    ("Question about the course", (
        "I'm interested in your §adj_nationality course on §{weekday}s.", "Is it suitable for beginners?",
        "I've never learned it at school, but I understand a little.", "How many people are there in the class, and who teaches it?",
        "I'd also like to know what it costs.")),
    ("Team lunch", (
        "We're going to have lunch together on §weekday at §time.", "The restaurant is next to the §building in §street.",
        "Tell me if there is anything you don't eat.", "So far, §given3 is the only one who hasn't answered.", "§He3 always forgets.")),
    ("Noise at night", (
        "I live on the floor below you.", "Last night I could hear your music until §clock.", "I don't mind a party now and then, but I have to get up at six.",
        "Would you please keep it down during the week?", "I'd be very grateful.")),
    ("Draft of chapter §few1", (
        "I've read your chapter twice, and I like it a lot.", "The beginning is strong, but the middle is too long.",
        "Why does §given3 leave §city without saying a word?", "Perhaps you could cut the scene with the §animal1.", "The last sentence shouldn't be changed.")),
    ("Password changed", (
        "The password of your account was changed on §date at §time.", "If it was you, there is nothing you need to do.",
        "If it wasn't, please write to us at once at help@example.com.", "We will never ask you for your password.", "This message was sent automatically; please do not reply to it.")),
    ("Thank you", (
        "I wanted to thank you for last §weekday.", "If you hadn't been there, I wouldn't have known what to do.",
        "§given3 is feeling much better and sends §his3 love.", "The doctors say that §he3 can go home on §date.", "We'll never forget what you did.")),
    ("Spare tickets", (
        "I've got two tickets for the concert on §weekday1, but I can't go.", "§given3 is ill, and I don't want to leave §him3 alone.",
        "Would you like to have them?", "They cost §price each, but you can have them for nothing.", "Let me know before §weekday2, or I'll give them to §mr4.")),
    ("Minutes of the last meeting", (
        "Please find attached the minutes of our meeting on §date.", "If you think that something is missing, tell me by §weekday.",
        "§mr3 was not present, so I've sent §him3 a copy as well.", "The next meeting will take place at §time in room §n.", "We still have to decide who will write the report.")),
    ("Server down tonight", (
        "The server will be switched off tonight between §few and midnight.", "Save your work before you go home.",
        "E-mail should not be affected.", "If anything doesn't work tomorrow morning, call extension §big.", "Thank you for your patience.")),
)  # fmt: skip
FILLERS = (
    "I hope this finds you well.", "Sorry for the late reply.", "It was good to hear from you.", "Thanks for your message.",
    "I'll keep this short.", "How are you? We haven't spoken for ages.", "Just a quick note.", "I tried to call you, but you weren't in.",
    "As I told you on the phone, things are not easy at the moment.", "Please forgive me for writing again.",
)  # fmt: skip
ENDERS = (
    "I look forward to hearing from you.", "Let me know what you think.", "Call me if you have any questions.", "There's no hurry.",
    "Please answer as soon as you can.", "Have a nice weekend!", "See you on §weekday.", "Thanks in advance.", "Take care of yourself.",
    "Don't worry about it too much.", "I hope that helps.", "Give my regards to §mr4.",
)  # fmt: skip
REPLIES = (
    "Thank you, that's fine with me.", "No problem at all.", "I don't think that's a good idea.", "Yes, please do.", "Let me think about it until §weekday.",
    "I'm sorry, but I can't.", "Of course! Why didn't you ask earlier?", "Are you sure? I had understood it differently.",
    "§given4 told me something else, but §he4 may be wrong.", "Could you call me about this?", "I've asked §given4, who doesn't know either.",
    "I'd rather wait until we know more.", "You're right, and I was wrong.", "Good news: it's done.", "I'll take care of it tomorrow.",
    "Who else knows about it?", "What do you mean by that?", "Neither would I, to be honest.", "If nobody else wants to, I'll do it.",
    "I've forwarded your message to the §building.",
)  # fmt: skip
GREETINGS = (
    "Dear §given2",
    "Hi §given2",
    "Hello §given2",
    "Dear §mr2",
    "§given2",
    "Good morning, §given2",
    "Dear all",
    "Hi everyone",
)
CLOSERS = (
    "Best wishes",
    "Kind regards",
    "Best",
    "Yours sincerely",
    "Love",
    "Cheers",
    "Thanks",
    "See you soon",
    "All the best",
)
