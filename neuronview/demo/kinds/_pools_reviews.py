"""What reviews, good and bad, are about: the thing, its parts, where it was bought or seen; no opinions in here."""

# thing, kind, three parts of it, verb for using it (past participle), a phrase for the occasion
PRODUCTS = (
    ("kettle", "appliance", "the handle", "the lid", "the cord", "used", "for our new kitchen"),
    ("rucksack", "bag", "the straps", "the zips", "the pockets", "carried", "for a week in the mountains"),
    ("set of headphones", "gadget", "the cable", "the cushions", "the sound", "worn", "for long train journeys"),
    (
        "office chair",
        "piece of furniture",
        "the wheels",
        "the seat",
        "the armrests",
        "used",
        "when I started to work at home",
    ),
    ("bread knife", "tool", "the blade", "the grip", "the box", "used", "as a present for my sister"),
    ("tent", "shelter", "the poles", "the pegs", "the floor", "pitched", "for a festival"),
    (
        "coffee machine",
        "appliance",
        "the filter",
        "the water tank",
        "the buttons",
        "used",
        "because the old one had died",
    ),
    ("winter coat", "garment", "the lining", "the hood", "the sleeves", "worn", "before the first snow"),
    ("bicycle", "machine", "the brakes", "the saddle", "the gears", "ridden", "to get to work"),
    ("lamp", "object", "the switch", "the shade", "the base", "used", "for my desk"),
    ("pair of boots", "product", "the soles", "the laces", "the heels", "worn", "for walking the dog"),
    ("phone", "device", "the screen", "the battery", "the camera", "used", "after a long comparison"),
)
STORIES = (
    ("novel", "the plot", "the hero", "the ending", "the author", "reader", "page"),
    ("film", "the story", "the main character", "the last scene", "the director", "viewer", "minute"),
    ("play", "the dialogue", "the king", "the final act", "the writer", "spectator", "line"),
    ("series", "the plot", "the detective", "the last episode", "the producer", "viewer", "episode"),
    ("musical", "the music", "the heroine", "the finale", "the composer", "listener", "song"),
    ("opera", "the staging", "the soprano", "the death scene", "the conductor", "listener", "aria"),
)
MEALS = (
    "the soup",
    "the duck",
    "the risotto",
    "the fish",
    "the salad",
    "the steak",
    "the curry",
    "the omelette",
    "the lamb",
)
SWEETS = ("the apple tart", "the chocolate mousse", "the ice cream", "the cheesecake", "the pudding", "the pancakes")
TITLES = (
    "The Silent Orchard",
    "A Room for Strangers",
    "Nine Lives",
    "The Glass Boat",
    "Under the Bridge",
    "Letters to Nobody",
    "The Last Beekeeper",
    "Salt",
    "Tomorrow Is Closed",
    "The Clockmaker's Niece",
    "Two Rivers",
    "No Road Back",
)
