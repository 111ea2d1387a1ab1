# ruff: noqa: E501
"""Phrases for `languages`: short, everyday sentences in twelve languages with their English; by us."""

from __future__ import annotations

# Each row: the English, then the same in the language.
PHRASES: dict[str, tuple[tuple[str, str], ...]] = {
    "French": (
        ("good morning", "bonjour"), ("thank you very much", "merci beaucoup"), ("where is the station?", "où est la gare ?"),
        ("I don't understand", "je ne comprends pas"), ("how much is it?", "combien ça coûte ?"), ("see you tomorrow", "à demain"),
        ("the house is very old", "la maison est très vieille"), ("my brother lives in Lyon", "mon frère habite à Lyon"),
        ("it is raining", "il pleut"), ("I am looking for a good restaurant", "je cherche un bon restaurant"),
        ("we would like two coffees", "nous voudrions deux cafés"), ("what is your name?", "comment vous appelez-vous ?"),
        ("the cat sleeps under the table", "le chat dort sous la table"), ("there is no more bread", "il n'y a plus de pain"),
        ("she reads the newspaper every morning", "elle lit le journal tous les matins"), ("have a good trip", "bon voyage"),
        ("it doesn't matter", "ce n'est pas grave"), ("little by little", "petit à petit"),
    ),
    "German": (
        ("good morning", "guten Morgen"), ("thank you very much", "vielen Dank"), ("where is the station?", "wo ist der Bahnhof?"),
        ("I don't understand", "ich verstehe nicht"), ("how much is it?", "wie viel kostet das?"), ("see you tomorrow", "bis morgen"),
        ("the house is very old", "das Haus ist sehr alt"), ("my brother lives in Bremen", "mein Bruder wohnt in Bremen"),
        ("it is raining", "es regnet"), ("I am looking for my key", "ich suche meinen Schlüssel"),
        ("we would like to pay", "wir möchten zahlen"), ("what is your name?", "wie heißen Sie?"),
        ("the cat sleeps under the table", "die Katze schläft unter dem Tisch"), ("I have no time", "ich habe keine Zeit"),
        ("she reads the newspaper every morning", "sie liest jeden Morgen die Zeitung"), ("have a good trip", "gute Reise"),
        ("that doesn't matter", "das macht nichts"), ("step by step", "Schritt für Schritt"),
    ),
    "Spanish": (
        ("good morning", "buenos días"), ("thank you very much", "muchas gracias"), ("where is the station?", "¿dónde está la estación?"),
        ("I don't understand", "no entiendo"), ("how much is it?", "¿cuánto cuesta?"), ("see you tomorrow", "hasta mañana"),
        ("the house is very old", "la casa es muy vieja"), ("my brother lives in Seville", "mi hermano vive en Sevilla"),
        ("it is raining", "está lloviendo"), ("I am looking for my keys", "busco mis llaves"),
        ("we would like two coffees", "queremos dos cafés"), ("what is your name?", "¿cómo se llama usted?"),
        ("the cat sleeps under the table", "el gato duerme debajo de la mesa"), ("I am not hungry", "no tengo hambre"),
        ("she reads the newspaper every morning", "ella lee el periódico todas las mañanas"), ("have a good trip", "buen viaje"),
        ("it doesn't matter", "no importa"), ("little by little", "poco a poco"),
    ),
    "Italian": (
        ("good morning", "buongiorno"), ("thank you very much", "grazie mille"), ("where is the station?", "dov'è la stazione?"),
        ("I don't understand", "non capisco"), ("how much is it?", "quanto costa?"), ("see you tomorrow", "a domani"),
        ("the house is very old", "la casa è molto vecchia"), ("my brother lives in Turin", "mio fratello abita a Torino"),
        ("it is raining", "piove"), ("I have lost my key", "ho perso la chiave"), ("two coffees, please", "due caffè, per favore"),
        ("what is your name?", "come si chiama?"), ("the cat sleeps under the table", "il gatto dorme sotto il tavolo"),
        ("I am tired", "sono stanco"), ("she reads the newspaper every morning", "lei legge il giornale ogni mattina"),
        ("have a good trip", "buon viaggio"), ("it doesn't matter", "non importa"), ("little by little", "a poco a poco"),
    ),
    "Portuguese": (
        ("good morning", "bom dia"), ("thank you very much", "muito obrigado"), ("where is the station?", "onde fica a estação?"),
        ("I don't understand", "não compreendo"), ("how much is it?", "quanto custa?"), ("see you tomorrow", "até amanhã"),
        ("the house is very old", "a casa é muito velha"), ("my brother lives in Lisbon", "o meu irmão mora em Lisboa"),
        ("it is raining", "está a chover"), ("I lost my key", "perdi a minha chave"), ("two coffees, please", "dois cafés, por favor"),
        ("the cat sleeps under the table", "o gato dorme debaixo da mesa"), ("I am hungry", "tenho fome"),
        ("have a good trip", "boa viagem"), ("it doesn't matter", "não faz mal"), ("little by little", "pouco a pouco"),
    ),
    "Dutch": (
        ("good morning", "goedemorgen"), ("thank you very much", "dank u wel"), ("where is the station?", "waar is het station?"),
        ("I don't understand it", "ik begrijp het niet"), ("how much does it cost?", "hoeveel kost het?"), ("see you tomorrow", "tot morgen"),
        ("the house is very old", "het huis is heel oud"), ("my brother lives in Utrecht", "mijn broer woont in Utrecht"),
        ("it is raining", "het regent"), ("I have lost my key", "ik ben mijn sleutel kwijt"), ("two coffees, please", "twee koffie, alstublieft"),
        ("what is your name?", "hoe heet u?"), ("the cat sleeps under the table", "de kat slaapt onder de tafel"),
        ("I have no time", "ik heb geen tijd"), ("have a good trip", "goede reis"), ("step by step", "stap voor stap"),
    ),
    "Latin": (
        ("the girl loves the rose", "puella rosam amat"), ("the farmer works in the field", "agricola in agro laborat"),
        ("the boy sees the horse", "puer equum videt"), ("where are you?", "ubi es?"), ("I do not know", "nescio"),
        ("we are in the garden", "in horto sumus"), ("the teacher tells a story", "magister fabulam narrat"),
        ("the water is cold", "aqua frigida est"), ("the road is long", "via longa est"), ("what are you doing?", "quid agis?"),
        ("many friends are coming", "multi amici veniunt"), ("be well", "vale"), ("step by step", "gradatim"), ("day after day", "diem ex die"),
    ),
    "Polish": (
        ("good morning", "dzień dobry"), ("thank you very much", "dziękuję bardzo"), ("where is the station?", "gdzie jest dworzec?"),
        ("I don't understand", "nie rozumiem"), ("how much does it cost?", "ile to kosztuje?"), ("see you tomorrow", "do jutra"),
        ("the house is very old", "dom jest bardzo stary"), ("my brother lives in Poznań", "mój brat mieszka w Poznaniu"),
        ("it is raining", "pada deszcz"), ("two coffees, please", "dwie kawy, proszę"), ("the cat sleeps under the table", "kot śpi pod stołem"),
        ("I have no time", "nie mam czasu"), ("goodbye", "do widzenia"), ("step by step", "krok po kroku"),
    ),
    "Swedish": (
        ("good morning", "god morgon"), ("thank you very much", "tack så mycket"), ("where is the station?", "var ligger stationen?"),
        ("I don't understand", "jag förstår inte"), ("how much does it cost?", "hur mycket kostar det?"), ("see you tomorrow", "vi ses i morgon"),
        ("the house is very old", "huset är mycket gammalt"), ("my brother lives in Uppsala", "min bror bor i Uppsala"),
        ("it is raining", "det regnar"), ("the cat sleeps under the table", "katten sover under bordet"), ("I have no time", "jag har inte tid"),
    ),
    "Danish": (
        ("good morning", "godmorgen"), ("thank you very much", "mange tak"), ("where is the station?", "hvor er stationen?"),
        ("I don't understand", "jeg forstår det ikke"), ("how much does it cost?", "hvad koster det?"), ("see you tomorrow", "vi ses i morgen"),
        ("the house is very old", "huset er meget gammelt"), ("it is raining", "det regner"), ("the cat sleeps under the table", "katten sover under bordet"),
        ("I have no time", "jeg har ikke tid"),
    ),
    "Finnish": (
        ("good morning", "hyvää huomenta"), ("thank you very much", "kiitos paljon"), ("where is the station?", "missä asema on?"),
        ("I don't understand", "en ymmärrä"), ("how much does it cost?", "paljonko se maksaa?"), ("the house is old", "talo on vanha"),
        ("it is raining", "sataa"), ("the cat sleeps under the table", "kissa nukkuu pöydän alla"), ("goodbye", "näkemiin"), ("see you tomorrow", "huomiseen"),
    ),
    "Czech": (
        ("good day", "dobrý den"), ("thank you very much", "děkuji mnohokrát"), ("where is the station?", "kde je nádraží?"),
        ("I don't understand", "nerozumím"), ("how much does it cost?", "kolik to stojí?"), ("goodbye", "na shledanou"),
        ("the house is very old", "dům je velmi starý"), ("it is raining", "prší"), ("the cat sleeps under the table", "kočka spí pod stolem"), ("I have no time", "nemám čas"),
    ),
}  # fmt: skip
# From one to ten.
NUMBERS: dict[str, str] = {
    "French": "un deux trois quatre cinq six sept huit neuf dix",
    "German": "eins zwei drei vier fünf sechs sieben acht neun zehn",
    "Spanish": "uno dos tres cuatro cinco seis siete ocho nueve diez",
    "Italian": "uno due tre quattro cinque sei sette otto nove dieci",
    "Portuguese": "um dois três quatro cinco seis sete oito nove dez",
    "Dutch": "een twee drie vier vijf zes zeven acht negen tien",
    "Latin": "unus duo tres quattuor quinque sex septem octo novem decem",
    "Polish": "jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć",
    "Swedish": "ett två tre fyra fem sex sju åtta nio tio",
    "Danish": "en to tre fire fem seks syv otte ni ti",
    "Finnish": "yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen",
    "Czech": "jeden dva tři čtyři pět šest sedm osm devět deset",
}
WORDS: dict[str, str] = {
    # house, water, bread, book, friend, day, night, dog, tree, sun
    "French": "maison eau pain livre ami jour nuit chien arbre soleil",
    "German": "Haus Wasser Brot Buch Freund Tag Nacht Hund Baum Sonne",
    "Spanish": "casa agua pan libro amigo día noche perro árbol sol",
    "Italian": "casa acqua pane libro amico giorno notte cane albero sole",
    "Portuguese": "casa água pão livro amigo dia noite cão árvore sol",
    "Dutch": "huis water brood boek vriend dag nacht hond boom zon",
    "Latin": "domus aqua panis liber amicus dies nox canis arbor sol",
    "Polish": "dom woda chleb książka przyjaciel dzień noc pies drzewo słońce",
    "Swedish": "hus vatten bröd bok vän dag natt hund träd sol",
    "Danish": "hus vand brød bog ven dag nat hund træ sol",
    "Finnish": "talo vesi leipä kirja ystävä päivä yö koira puu aurinko",
    "Czech": "dům voda chléb kniha přítel den noc pes strom slunce",
}
ENGLISH_WORDS = ["house", "water", "bread", "book", "friend", "day", "night", "dog", "tree", "sun"]
ENGLISH_NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
# Who speaks it, for "the ... say".
SPEAKERS: dict[str, str] = {
    "French": "the French", "German": "the Germans", "Spanish": "the Spanish", "Italian": "the Italians",
    "Portuguese": "the Portuguese", "Dutch": "the Dutch", "Latin": "the Romans", "Polish": "the Poles",
    "Swedish": "the Swedes", "Danish": "the Danes", "Finnish": "the Finns", "Czech": "the Czechs",
}  # fmt: skip
# A short paragraph in the language alone.
TEXTS: dict[str, tuple[str, ...]] = {
    "French": ("Ma grand-mère habite une petite maison au bord de la mer. Elle se lève tôt, boit un café et lit le journal. L'après-midi, elle travaille dans son jardin. Quand il pleut, elle reste à la maison et écrit des lettres.",
               "Ce matin, Paul a raté son train. Il a attendu une heure sur le quai, puis il est rentré chez lui. « Tant pis, dit-il, je partirai demain. »"),
    "German": ("Meine Großmutter wohnt in einem kleinen Haus am Meer. Sie steht früh auf, trinkt Kaffee und liest die Zeitung. Am Nachmittag arbeitet sie im Garten. Wenn es regnet, bleibt sie zu Hause und schreibt Briefe.",
               "Heute Morgen hat Paul den Zug verpasst. Er wartete eine Stunde auf dem Bahnsteig, dann ging er nach Hause. „Macht nichts“, sagte er, „ich fahre morgen.“"),
    "Spanish": ("Mi abuela vive en una casa pequeña cerca del mar. Se levanta temprano, toma café y lee el periódico. Por la tarde trabaja en el jardín. Cuando llueve, se queda en casa y escribe cartas.",
                "Esta mañana Pablo perdió el tren. Esperó una hora en la estación y luego volvió a casa. «No importa», dijo, «me voy mañana»."),
    "Italian": ("Mia nonna abita in una piccola casa vicino al mare. Si alza presto, beve il caffè e legge il giornale. Nel pomeriggio lavora in giardino. Quando piove, resta a casa e scrive lettere.",
                "Stamattina Paolo ha perso il treno. Ha aspettato un'ora alla stazione, poi è tornato a casa. «Non importa», ha detto, «parto domani»."),
    "Portuguese": ("A minha avó mora numa casa pequena perto do mar. Levanta-se cedo, bebe café e lê o jornal. À tarde trabalha no jardim. Quando chove, fica em casa e escreve cartas.",),
    "Dutch": ("Mijn oma woont in een klein huis aan zee. Ze staat vroeg op, drinkt koffie en leest de krant. 's Middags werkt ze in de tuin. Als het regent, blijft ze thuis en schrijft ze brieven.",),
    "Latin": ("Agricola in agro laborat. Filia aquam portat et cum patre cenat. Nox longa est, sed luna in silvam lucet. Canis ante portam dormit.",),
    "Polish": ("Moja babcia mieszka w małym domu nad morzem. Wstaje wcześnie, pije kawę i czyta gazetę. Po południu pracuje w ogrodzie. Kiedy pada deszcz, zostaje w domu i pisze listy.",),
    "Swedish": ("Min mormor bor i ett litet hus vid havet. Hon går upp tidigt, dricker kaffe och läser tidningen. På eftermiddagen arbetar hon i trädgården. När det regnar stannar hon hemma och skriver brev.",),
}  # fmt: skip
