# ruff: noqa: E501
"""Frames for `faq`: services of everyday life with questions, answers and rules; by us."""

from __future__ import annotations

SERVICES: dict[str, tuple[tuple[str, str], ...]] = {
    "library": (
        ("How many books can I borrow?", "Up to §n at a time. Children may take §few."),
        ("What happens if I lose a book?", "Tell us. You will have to pay for it, but we won't shout at you."),
        ("Can I renew my books by phone?", "Yes, unless somebody else is waiting for them."),
        ("Do I need a card?", "You do if you want to take books home. To read here, you don't."),
        ("May I bring my own coffee?", "Only if the cup has a lid."),
        ("Is there a quiet room?", "There is one on the §nth floor. Please don't use your telephone there."),
    ),
    "swimming pool": (
        ("When is the pool open?", "From §few in the morning until nine in the evening, except on §{weekday}s."),
        ("How warm is the water?", "It is usually 26 degrees; the small pool is warmer."),
        ("Do children have to wear armbands?", "Yes, unless they can swim without help."),
        ("Where can I leave my things?", "In the lockers. Bring a coin, which you'll get back."),
        ("Can I learn to swim as an adult?", "Certainly. §given1, our teacher, has taught people who were over seventy. Ask §him1."),
        ("Why must I take a shower first?", "Because otherwise we would have to use more chlorine."),
    ),
    "bus company": (
        ("Where can I buy a ticket?", "From the driver, at the station, or on your phone."),
        ("Can I take my dog?", "Small dogs travel free; large ones need a ticket of their own."),
        ("What if my bus is late?", "If it is more than §n minutes late, you get half of your money back."),
        ("I left my §clothes1 on the bus. What should I do?", "Call the lost property office. It's kept there for §few weeks."),
        ("Do buses run at night?", "On §{weekday}s only, every hour until §clock."),
        ("Is there a discount for students?", "There is, but you must show your card."),
    ),
    "online shop": (
        ("When will my order arrive?", "Normally within §few days. If it doesn't, write to us."),
        ("Can I change my order?", "You can, as long as it hasn't been sent."),
        ("How do I return something?", "Put it back in its box and send it to us. You don't have to give a reason."),
        ("Which cards do you accept?", "All of the usual ones. We do not accept cash or §pl_animal."),
        ("Do you deliver to §country1?", "Not yet. We hope to begin in §month."),
        ("I've forgotten my password. What now?", "Click on \"Forgotten\" and we'll send you a new one."),
    ),
    "bank": (
        ("How do I open an account?", "Come to our office in §street with your passport. It takes §n minutes."),
        ("What should I do if my card is stolen?", "Call us at once, day or night. Don't wait until the morning."),
        ("Does the account cost anything?", "Not if at least §price a month is paid into it."),
        ("Can someone else use my account?", "Only someone you have named in writing."),
        ("Why was my payment refused?", "Either there wasn't enough money, or you typed the wrong number."),
        ("Will you ever ask me for my PIN?", "Never. Anyone who does is not from this bank."),
    ),
    "doctor's office": (
        ("Do I need an appointment?", "Yes, except in an emergency."),
        ("Can I see §mr1?", "§He1 only works on §{weekday}s. On other days you'll see §mr2."),
        ("How do I get a new prescription?", "Call us before noon and pick it up the next day."),
        ("What should I bring?", "Your card, and a list of what you take."),
        ("Can you visit me at home?", "If you are too ill to come, we will."),
        ("How long do I have to wait?", "Rarely more than §n minutes, though we can't promise it."),
    ),
    "museum": (
        ("May I take photographs?", "You may, but not with a flash."),
        ("How much is a ticket?", "§Price. On the first §weekday of the month it costs nothing."),
        ("Is the museum suitable for children?", "Very much so. They can touch almost everything, even the §animal."),
        ("Where is the §instrument1 that I read about?", "It is being repaired and won't be back before §month."),
        ("Can we have our wedding in the museum?", "Yes. Ask §full1; §he1 will show you the garden."),
        ("Are dogs allowed?", "Unfortunately not, except guide dogs."),
    ),
    "language school": (
        ("How large are the classes?", "There are never more than §n students in a class."),
        ("What if I miss a lesson?", "You can make up for it on §weekday, but you don't get your money back."),
        ("Do I have to take a test?", "A short one, so that we know which class is right for you."),
        ("Who are the teachers?", "All of them grew up with the language that they teach."),
        ("How long will it take me to learn it?", "That depends on you. Most people can hold a conversation after §n weeks."),
        ("Can I try it first?", "Of course. The first lesson is free."),
    ),
    "hotel": (
        ("When do I have to leave my room?", "By eleven. If you need more time, ask at the desk."),
        ("Is breakfast included?", "It is, and there's plenty of it."),
        ("Do you have rooms with a view of the §landscape1?", "§Fewword of our rooms have one. They cost a little more."),
        ("Can I bring my «dog¦cat¦parrot¦rabbit»?", "We are sorry, but we've had bad experiences."),
        ("Is there somewhere to park?", "Behind the house. You needn't book."),
        ("What if I arrive after midnight?", "Tell us before, and we'll leave the key with the porter."),
    ),
    "bicycle hire": (
        ("How do I unlock the bike?", "Type in the number that we've sent you."),
        ("What do I do if I have a flat tire?", "Leave the bike where it is and call us. We'll bring you another."),
        ("Do I have to wear a helmet?", "You don't have to, but you should."),
        ("Can I leave the bike in another town?", "Only in §town, where we have a second shop."),
        ("Is there a bike for my child?", "We have some for children over §few."),
        ("What does it cost?", "§Price a day, or less if you take it for a week."),
    ),
    "town hall": (
        ("Where can I get a new passport?", "On the §nth floor, room §n. Take a number and wait."),
        ("Can I get married on a §weekday1?", "You can get married on any day but Sunday."),
        ("How do I tell you my new address?", "Fill in the form, sign it and bring it with you. Don't send it by mail."),
        ("Who do I call if the street light is broken?", "Call §mr1. §He1 is in charge of lights, and of holes in the road."),
        ("When are the bins emptied?", "Every §weekday, unless it's a holiday."),
        ("May I cut down the tree in front of my house?", "Not without permission, even if it's yours."),
    ),
    "fitness club": (
        ("Can I cancel at any time?", "You can, at the end of each month."),
        ("What should I bring?", "Clean shoes, a towel and a bottle of water."),
        ("Is there a trainer?", "§given1 is here on §{weekday}s, and §he1 doesn't bite."),
        ("I haven't done any sport for years. Am I too old?", "Nobody is too old. Start slowly, that's all."),
        ("When is it less crowded?", "Before §few in the morning and after nine at night."),
        ("Do you have a sauna?", "We had one until last year. It's going to be rebuilt."),
    ),
}  # fmt: skip
LEADS = (
    "Here are the questions that people ask most often.", "You have a question? Perhaps you will find the answer here.",
    "If your question isn't listed, write to us or call us.", "Please read this before you call.", "We are asked these questions every day.",
    "Frequently asked questions", "Questions and answers", "What you should know", "Everything you always wanted to know",
)  # fmt: skip
TAILS = (
    "Do you have another question? Ask §full3; §he3 is always glad to help.", "Was this helpful? Yes / No", "Still not sure? Call us on §weekday.",
    "If this doesn't answer your question, send us a message.", "Nothing on this page is legal advice.", "Last updated in §month.", "", "",
)  # fmt: skip
