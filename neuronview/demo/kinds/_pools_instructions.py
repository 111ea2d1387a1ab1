# ruff: noqa: E501
"""Frames for `instructions`: tasks, steps that fit many tasks, warnings, reasons and remarks; by us."""

from __future__ import annotations

# (how the task is called, its own steps in order)
TASKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("change a light bulb", (
        "Switch off the light and wait until the old bulb is cold.", "Stand on a steady chair, not on a pile of books.",
        "Turn the old bulb to the left until it comes out.", "Screw in the new one, but don't force it.",
        "Switch on the light to see if it works.")),
    ("repot a plant", (
        "Choose a pot that is a little larger than the old one.", "Put some stones at the bottom, so that the water can run off.",
        "Lift the plant out gently and shake the old soil from its roots.",
        "Fill the pot with fresh soil and press it down with your fingers.", "Water it well and keep it out of the sun for §few days.")),
    ("wash a sweater", (
        "Look at the label before you do anything else.", "Fill a bowl with cold water and a little soap.",
        "Press the sweater under the water, but never wring it.", "Rinse it until the water stays clear.",
        "Lay it flat on a towel to dry.")),
    ("write a letter of complaint", (
        "Write down what happened, and when.", "Say clearly what you want: your money, a new one, or an apology.",
        "Stay polite, even if you are angry.", "Add copies of your papers and keep the originals.",
        "If nobody answers within two weeks, write again.")),
    ("put up a shelf", (
        "Hold the shelf against the wall and mark the place with a pencil.", "Check that there are no pipes behind it.",
        "Drill the holes, as deep as the screws are long.", "Push in the plugs and screw the brackets to the wall.",
        "Lay the shelf on top and see if it is level.")),
    ("mend a flat tire", (
        "Turn the bicycle upside down and take off the wheel.", "Pull out the tube and pump it up a little.",
        "Hold it under water: where there are bubbles, there's the hole.", "Dry the place, spread the glue and wait §few minutes.",
        "Press on the patch, put everything back and pump it up.")),
    ("learn a poem by heart", (
        "Read it aloud from beginning to end.", "Take one line at a time, and do not go on before you know it.",
        "Cover the page with your hand and say the line again.", "Put the lines together, two by two.",
        "Before you go to sleep, say the whole poem once more.")),
    ("set up a new phone", (
        "Charge it fully before you use it.", "Put the card into the slot on the side.",
        "Choose your language and connect it to the network.", "Type in a password that nobody can guess.",
        "Copy your old messages, unless you want to start afresh.")),
    ("sew on a button", (
        "Find a thread that has the same color as the cloth.", "Tie a knot in the end of the thread.",
        "Push the needle up through the cloth and one of the holes, and down through the other.",
        "Do this five or six times.", "Wind the thread around the stem, make a knot and cut it off.")),
    ("clean a window", (
        "Take down the curtains.", "Mix warm water with a little vinegar.", "Wash the frame first and the glass after it.",
        "Wipe it dry with an old newspaper.", "Look at it from the side: you will see what you have missed.")),
    ("pitch a tent", (
        "Look for a flat place, away from the river.", "Pick up the stones, since you'll feel every one of them at night.",
        "Spread out the tent and put the poles together.", "Fix the corners with pegs and pull the ropes tight.",
        "Dig a small ditch around it if you think it's going to rain.")),
    ("prepare for an interview", (
        "Find out what the company does.", "Read the advertisement again and think of an example for each point.",
        "Choose your clothes the evening before.", "Leave home early, for trains are late when you are in a hurry.",
        "Ask at least one question yourself.")),
    ("feed a cat while its owner is away", (
        "Ask where the food is, and how much the cat gets.", "Fill the bowl in the morning and in the evening.",
        "Give it fresh water every day, not milk.", "Don't be offended if it hides under the bed.",
        "Lock the door when you leave.")),
    ("make a paper boat", (
        "Take a sheet of paper and fold it in half.", "Fold the upper corners down to the middle.",
        "Turn up the lower edge on both sides, so that you have a hat.", "Open the hat and press it flat the other way.",
        "Pull the two points apart, and there is your boat.")),
    ("borrow a book from the library", (
        "Bring your card and something with your address on it.", "Look up the number of the book in the catalog.",
        "Find the shelf, and if the book isn't there, ask.", "Take it to the desk, where they will stamp it.",
        "Bring it back within four weeks, or you'll have to pay.")),
    ("use the washing machine", (
        "Sort the clothes: white ones here, dark ones there.", "Empty the pockets, all of them.",
        "Put in the powder, one cup and no more.", "Close the door until you hear a click.",
        "Choose a program, press the button and go away.")),
    ("choose a melon", (
        "Lift it: a good one is heavier than it looks.", "Knock on it and listen.", "Smell the end where the stem was.",
        "Look for a yellow spot, because that's where it lay in the sun.", "If you aren't sure, ask the one who sells it.")),
    ("calm a frightened dog", (
        "Don't run, and don't stare at it.", "Turn to the side and speak in a low voice.", "Let it come to you.",
        "Hold out the back of your hand, so that it can smell you.", "Wait before you touch it, and never from above.")),
)  # fmt: skip
INTROS = (
    "How do you {task}? It's easier than most people think.",
    "To {task}, you need a little time and a lot of patience.",
    "Anybody can {task}, and nobody should have to pay for it.",
    "When I was «six¦eight¦ten¦twelve¦twenty», §full1 taught me how to {task}.",
    "If you have never tried to {task}, read this to the end before you begin.",
    "There are two ways to {task}: the quick one and the right one. This is the right one.",
    "Sooner or later everyone has to {task}.",
    "Here is how to {task} without losing your temper.",
    "You don't need to be §a_profession to {task}.",
    "My §relative could {task} in §few minutes. It takes me an hour.",
    "Before you {task}, make sure that you have everything you need.",
    "\"Can you {task}?\" people ask me. Of course I can, and so can you.",
)  # fmt: skip
EXTRAS = (
    "Take your time.", "Never do this when you are tired.", "If it doesn't work, start again from the beginning.",
    "Ask somebody to help you; four hands are better than two.", "This is the step that most people forget.",
    "Be careful not to hurt yourself.", "It should take no longer than §n minutes.",
    "Unless you are very sure, don't skip this.", "A §tool may be useful, but it isn't necessary.",
    "You will see at once whether you have done it right.", "Keep children away from it.",
    "It sounds strange, but it works.", "Don't let anyone tell you that it can't be done.",
    "I once forgot this, and I've never forgotten it since.", "Some people do it the other way round. They are mistaken.",
    "You can stop here for a while if you like.", "There's no hurry.", "Practice makes it easier.",
    "What matters is not strength but care.", "Put the §tool back where you found it.",
    "As soon as that is done, go on to the next step.", "Don't throw anything away yet.",
)  # fmt: skip
WARNINGS = (
    "Warning: do not use §a_tool near water.", "Do not open the cover. There is nothing inside that you could repair.",
    "Keep this leaflet in a safe place.", "If you smell gas, leave the house and call for help.",
    "Not suitable for children under §few.", "Never leave the machine alone while it is running.",
    "Use only the parts that came with it.", "Unplug it before you clean it.",
    "We are not responsible for damage caused by wrong use.", "Do not stand on the top step of the ladder.",
    "Wear gloves and keep your hair tied back.", "In case of fire, do not use the lift.",
)  # fmt: skip
CLOSINGS = (
    "That's all there is to it.", "Now sit down and have a cup of tea; you have earned it.",
    "Next time you'll do it without these notes.", "If you get stuck, ask §given1 in the §room. §He1 has done it a hundred times.",
    "Well done!", "And if it still doesn't work? Then call §a_profession.", "You won't regret it.",
    "Remember: nobody gets it right the first time.",
)  # fmt: skip
RULES = (
    "Please take off your shoes before you enter the §room.", "Do not feed the §pl_animal.",
    "Visitors must leave the §building by §clock.", "If you break something, tell us.",
    "Dogs are welcome as long as they are kept on a lead.", "Nobody may smoke inside the §building.",
    "Turn off the lights when you leave.", "Leave the §room as you would like to find it.",
    "The §room is closed on §{weekday}s.", "You may borrow up to §few «books¦magazines¦records¦maps» at a time.",
    "Don't put §pl_food in the §container.", "Anyone who loses a key will have to pay for a new one.",
    "Bicycles must not be left in front of the door.", "After ten in the evening, be quiet.",
    "Children under §few must be with an adult.", "Tickets can't be exchanged.",
    "Should the alarm ring, walk to the nearest exit. Do not run.", "Whoever comes last locks the door.",
    "Everyone cleans up after himself, and that includes you, §given1.", "Questions? Ask at the desk.",
)  # fmt: skip
ROUTE = (
    "Go straight on until you come to the §building.", "Turn left at the §building, and then take the §nth street on the right.",
    "Cross the bridge and follow the river for §n0 meters.", "You will pass §a_building on your left.",
    "Don't take the first turn; it only leads to §a_building.", "If you see the §building, you've gone too far.",
    "Keep to the right where the road divides.", "At the traffic lights, go down §street.",
    "Take bus number §n and get off at the §nth stop.", "After the §building the road becomes narrow.",
    "Our house is the one with the §adj_colour door, opposite the §building.", "Ask anybody for §full1; everyone knows §him1.",
    "It's about §n minutes on foot, less if you walk fast.", "There's nowhere to park, so come by bus if you can.",
    "Ring twice. The bell is old, and I may not hear it.", "Walk through the park, past the pond, and out by the north gate.",
    "Behind the §building there is a path that isn't on any map.", "Should you get lost, call me from the §building.",
)  # fmt: skip
