"""Phrases that every open kind shares: people, moments, places, small events, as text to be parsed.

A line `# name` opens a pool, each further line is one entry; a frame calls an entry with `<name>`.
Knows nothing of kinds or topics.
"""

PHRASES = """
# she_kin
my grandmother
my mother
my aunt
my older sister
my great-aunt
my cousin
the woman next door
our landlady
my first teacher
my mother-in-law
my daughter
my wife
a woman I used to work with
the woman who runs the bakery
our old head teacher
# he_kin
my grandfather
my father
my uncle
my brother
my great-uncle
my neighbour
our landlord
my first boss
the man who mends our boiler
my father-in-law
my son
my husband
the old man across the road
a man I met on a train
our bus driver
# someone
a friend of mine
a colleague
an old friend
the carpenter who built our shelves
a nurse I know
the librarian
somebody at work
a stranger on the platform
the girl at the till
one of my students
a retired engineer
the postman
a cook I once shared a kitchen with
our youngest cousin
the man in the hardware shop
a doctor I trust
# a_job
a plumber
a nurse
a baker
a bus driver
a tailor
a surveyor
a gardener
a clerk
a night porter
a midwife
a fisherman
an electrician
a librarian
a roofer
a translator
a vet
a referee
a beekeeper
an accountant
a piano tuner
a lorry driver
a school cook
# time_past
last winter
a few years ago
the other day
one wet Tuesday in March
some time in the spring
on my way home last night
during the summer holidays
when I was nine
in my second year at the firm
shortly after we moved in
the week before Christmas
on the hottest day of the year
late one evening
early one Sunday
about a month ago
on the first morning of the new term
a long time ago
in the middle of a meeting
at a wedding two summers back
the year the river froze
one night in November
just before the shops closed
after a particularly bad week
on a slow train going north
# often
on Sunday mornings
every now and then
at the end of a long day
once or twice a year
most evenings
in the first days of autumn
from time to time
whenever it rains
on quiet afternoons
before anybody else is up
in the weeks before a holiday
at around four in the afternoon
on the bus to work
late at night
after a good meal
when the house is empty
as soon as the days get longer
now and again
# place_in
in the kitchen
at the back of the shop
by the window
under the stairs
in the waiting room
on the edge of town
at the bus stop
in the corner of the yard
behind the counter
on the landing
in the car park
at the far end of the platform
beside the river
in the queue
in the spare room
at the foot of the hill
in the doorway
on the harbour wall
in a borrowed flat
in the garden shed
on the top deck of the bus
near the old railway bridge
outside the chemist's
in the front row
halfway up the ladder
# thing
a bent spoon
a jar of buttons
a bicycle with one brake
a box of unsorted photographs
a coat with a torn lining
an umbrella somebody had left behind
a stack of unpaid bills
a radio that only picked up one station
a cracked blue bowl
a set of keys nobody recognised
a map with a coffee ring on it
an old pair of scissors
a suitcase without a handle
a loaf still warm from the oven
a half-finished letter
a torch with flat batteries
a chair with three good legs
a bag of onions
a clock that ran ten minutes fast
a library book years overdue
a tin of paint
a ball of string
a wet dog
a ladder that was slightly too short
a secondhand piano
a shoebox full of receipts
a cardboard box tied up with tape
a pair of muddy boots
# while_ing
waiting for the kettle to boil
looking for my glasses
peeling potatoes
standing in line at the post office
hanging out the washing
filling in a form
trying to start the car
walking the dog
reading the same page for the third time
scraping ice off the windscreen
sorting through old papers
listening to the radio
carrying the shopping up four flights of stairs
waiting for somebody to answer the phone
folding towels
sweeping the yard
pretending to listen
lying awake
changing a light bulb
locking up
# chore
wash the dishes
lock the back door
answer the letter
sharpen the knives
water the tomatoes
sweep the stairs
pay the gas bill
take out the rubbish
feed the cat
sew on a button
bleed the radiators
return the library books
write a shopping list
change the sheets
clear the gutters
ring the dentist
oil the hinges
defrost the freezer
post the parcel
mend the fence
# chore_ing
washing the dishes
locking the back door
answering letters
sharpening knives
watering the tomatoes
sweeping the stairs
paying bills on time
taking out the rubbish
feeding somebody else's cat
sewing on a button
chopping wood
returning library books
writing lists
changing the sheets
clearing the gutters
learning to drive
oiling the hinges
baking bread
painting a ceiling
mending a fence
# event_past
the lights went out
somebody knocked at the door
the phone rang twice and stopped
a cup slid off the table
the rain began in earnest
the whole street fell quiet
a child started to laugh
the bus pulled away without us
the chain came off my bicycle
a bird flew into the window
the neighbours began to sing
the handle came off in my hand
the milk boiled over
a lorry backed into the gate
the dog stole the sausages
an alarm went off down the road
the wind got up
a letter arrived with no stamp on it
the computer froze
the lift stopped between two floors
# sound_past
a dog barked two streets away
the pipes knocked in the wall
somebody upstairs was moving furniture
a train went by without stopping
the fridge hummed to itself
rain ticked against the glass
a door closed softly along the corridor
bells were ringing on the other side of the river
a radio was playing an old dance tune
gulls were quarrelling over the rooftops
the clock on the wall struck the half hour
someone laughed in the room next door
a motorbike coughed and died
the floorboards creaked
the wind rattled the letter box
a kettle began to whistle
# weather_past
it had rained all night
the snow was already turning to slush
a thin fog lay over the fields
it was the first warm evening of the year
the wind had dropped at last
the sky was the colour of dishwater
there had been a frost
the heat had not let up for days
the sun was low and very bright
it was raining the fine, patient sort of rain that soaks everything
clouds were piling up in the west
a storm was on its way
the morning was clear and bitterly cold
it was neither warm nor cold
# feel
tired
oddly calm
rather foolish
too happy to sleep
a little ashamed
more curious than afraid
out of place
quietly pleased
relieved
cross with everyone
as if I had been let off something
homesick
hungry
lighter than I had in weeks
completely at home
unreasonably proud
slightly seasick
ready for anything
# duration
for nearly an hour
for the best part of a week
for ten minutes or so
all afternoon
for three days running
the whole winter
for as long as anyone could remember
from breakfast until dusk
for a good half hour
for what felt like years
until the shops closed
until two in the morning
for a month
on and off for a decade
# view
oddly enough
to be fair
in my experience
if I am honest
strangely
of course
more often than not
to my surprise
as it happens
in the end
for better or worse
looking back
as a rule
curiously
needless to say
with hindsight
at first sight
to tell the truth
# virtue
patience
curiosity
a sense of humour
good timing
kindness
common sense
stubbornness
a steady hand
courage
attention
a good memory
honesty
practice
tact
trust
plain luck
# trouble
a leaking roof
a broken promise
a missed train
a bad back
a noisy neighbour
a lost key
an empty fridge
a flat tyre
a rude letter
a long silence
a sleepless night
a wrong number
a burnt dinner
a cancelled holiday
an unpaid debt
a misunderstanding
a power cut
a head cold
# event_past_neg
it had not been raining
the bus had come on time
the phone had not rung just then
anybody had asked me what I wanted
my shoes had not been wet
the café had not been closed
my brother had not laughed
the coin had landed the other way up
# time_in_scene
just then
at that moment
a little later
presently
after a while
before anyone could answer
for the second time that evening
some minutes passed, and then
without any warning
somewhere in the distance
meanwhile
all at once
# feel_short
cold
tired
in a bad mood
late
hungry
beginning to lose patience
quite calm
not to be hurried
nowhere to be seen
in no hurry
half asleep
wet to the skin
pleased about something
wearing the wrong shoes
# while_ing_we
hanging out the sheets
shelling beans
waiting for the bus home
folding the tablecloth
looking for a place to park
clearing out the attic
drying the glasses
sitting in the car in the rain
sorting buttons
# time_past_child
on summer evenings
when the snow came
at harvest time
that year
in the last week of the holidays
on the day of the fair
every Saturday
one spring
the winter I had measles
when my uncle came back
after church
on my birthday
"""
