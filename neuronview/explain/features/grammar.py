"""Closed classes: pronouns, determiners, prepositions, conjunctions, auxiliaries, and the most frequent words.

Rule: by the word's form alone (lower case, possessive 's not removed), whatever its function in the sentence: "her"
is both an object pronoun and a possessive, "that" both a demonstrative and a conjunction.
"""

from functools import cache

from neuronview.explain.features.base import Family, word_list

_CLASSES: tuple[tuple[str, str, str], ...] = (
    ("first_person_singular", "first-person singular pronouns (I, me, my)", "i me my mine myself i'm i've i'd i'll"),
    ("first_person_plural", "first-person plural pronouns (we, us, our)",
     "we us our ours ourselves we're we've we'd we'll"),
    ("second_person", "second-person pronouns (you, your)",
     "you your yours yourself yourselves you're you've you'd you'll"),
    ("masculine_pronoun", "masculine pronouns (he, him, his)", "he him his himself he's he'd he'll"),
    ("feminine_pronoun", "feminine pronouns (she, her)", "she her hers herself she's she'd she'll"),
    ("neuter_pronoun", "the pronouns it and its", "it its itself it's it'd it'll"),
    ("third_person_plural", "third-person plural pronouns (they, them, their)",
     "they them their theirs themselves they're they've they'd they'll"),
    ("subject_pronoun", "pronouns in subject form (I, he, she, we, they)",
     "i he she we they i'm he's she's we're they're i've we've they've i'll he'll she'll we'll they'll i'd he'd she'd"),
    ("object_pronoun", "pronouns in object form (me, him, us, them)", "me him her us them whom"),
    ("possessive_determiner", "possessive determiners (my, your, his, their)", "my your his her its our their whose"),
    ("possessive_pronoun", "possessive pronouns that stand alone (mine, yours)", "mine yours hers ours theirs"),
    ("reflexive_pronoun", "reflexive pronouns (myself, themselves)",
     "myself yourself himself herself itself ourselves yourselves themselves oneself"),
    ("indefinite_pronoun", "indefinite pronouns (someone, nothing, everybody)",
     "someone somebody something anyone anybody anything everyone everybody everything nobody nothing none one"
     " another"),
    ("wh_word", "question and relative words (who, what, which, when, where, why, how)",
     "who whom whose what which when where why how whoever whatever whichever whenever wherever what's who's where's"
     " how's"),
    ("indefinite_article", "the indefinite article (a, an)", "a an"),
    ("demonstrative", "demonstratives other than “that” (this, these, those)", "this these those"),
    ("quantifier", "quantifiers (some, many, few, all, each)",
     "some any many much few fewer little less more most all both each every several enough half either neither no"),
    ("determiner", "determiners of every kind", "the a an this that these those my your his her its our their some any"
     " each every no either neither both all"),
    ("preposition", "prepositions",
     "of to in on at by for with from into onto over under about after before between among through during against"
     " without within along across behind beyond beside besides near below above beneath inside outside towards toward"
     " upon off since until till despite except like around past up down out via per as"),
    ("locative_preposition", "prepositions of place (above, behind, between, near)",
     "into onto over under between among through along across behind beyond beside near below above beneath inside"
     " outside towards toward upon off around past underneath opposite against amid"),
    ("temporal_preposition", "prepositions and conjunctions of time (during, until, since)",
     "during until till since before after while when whenever once by"),
    ("coordinating_conjunction", "coordinating conjunctions (and, but, or)", "and but or nor so yet for"),
    ("subordinating_conjunction", "subordinating conjunctions (because, although, if)",
     "because although though if unless while whereas since as when whenever until before after that whether so once"
     " lest provided"),
    ("contrast_word", "words of contrast and concession (but, although, however)",
     "but although though however yet whereas despite nevertheless instead while except rather unlike nonetheless"),
    ("reason_word", "words of reason and result (because, therefore, so)",
     "because since so therefore thus hence why due reason consequently cause caused"),
    ("condition_word", "words of condition (if, unless, whether)", "if unless whether otherwise provided would"),
    ("comparison_word", "words that compare (than, like, as, more, less)",
     "than like as more less same different similar unlike most least equal compared such"),
    ("modal", "modal verbs (can, could, will, would, must)",
     "can could will would shall should may might must ought cannot can't couldn't won't wouldn't shan't shouldn't"
     " mustn't"),
    ("past_modal", "past and conditional modal verbs (could, would, should, might)",
     "could would should might couldn't wouldn't shouldn't"),
    ("be_verb", "forms of to be", "be am is are was were been being isn't aren't wasn't weren't i'm you're"
     " we're they're"
     " he's she's it's that's there's"),
    ("present_be", "present forms of to be (am, is, are)", "am is are isn't aren't i'm you're we're they're"),
    ("past_be", "past forms of to be (was, were)", "was were wasn't weren't"),
    ("plural_verb", "plural forms of auxiliary verbs (are, were, have, do)", "are were have do aren't weren't"
     " haven't don't"),
    ("singular_verb", "third-person singular forms of auxiliary verbs (is, was, has, does)",
     "is was has does isn't wasn't hasn't doesn't"),
    ("have_verb", "forms of to have", "have has had having haven't hasn't hadn't i've you've we've they've"),
    ("do_verb", "forms of to do", "do does did done doing don't doesn't didn't"),
    ("negation", "words of negation (not, no, never, n't)",
     "not no never none nothing nobody nowhere neither nor cannot without don't doesn't didn't isn't aren't wasn't"
     " weren't haven't hasn't hadn't won't wouldn't can't couldn't shouldn't mustn't shan't ain't"),
    ("irregular_past", "irregular past-tense verbs (went, took, saw)",
     "went came ran took gave got made said told saw heard felt thought knew found left kept held brought bought sold"
     " sent spent lost met sat stood lay rose fell flew drove rode wrote read spoke broke chose ate drank slept woke"
     " wore threw caught taught built cut put set let led fed fled hid hit hurt paid sang swam began became forgot grew"
     " drew blew shook stole swore tore understood won had did was were could would meant sank shone shot shut slid"),
    ("irregular_participle", "irregular past participles (gone, taken, seen)",
     "gone taken seen given got made said told heard felt thought known found left kept held brought been done written"
     " spoken broken chosen eaten drunk worn thrown caught built grown drawn blown shaken stolen torn understood won"
     " fallen driven ridden risen forgotten hidden become begun sung swum flown born lost sent sold bought paid met"),
    ("irregular_plural", "irregular plural nouns (men, children, feet)",
     "men women children people feet teeth geese mice lice oxen sheep lives wives knives leaves wolves shelves halves"
     " thieves loaves fishermen policemen gentlemen data media criteria phenomena"),
    ("base_verb", "frequent verbs in their base form (go, make, take)",
     "go come run take give get make say tell see hear feel think know find leave keep hold bring buy sell send spend"
     " lose meet sit stand lie rise fall fly drive ride write read speak break choose eat drink sleep wake wear throw"
     " catch teach build cut put set let lead use try ask need want help play move live believe work call turn start"
     " show open close wait stay look walk talk listen stop add mix stir check click press be have do"),
    ("interjection", "interjections (oh, well, wow)", "oh ah wow hey ouch hmm um uh er yeah hurray alas aha"
     " oops ugh phew"
     " shh ha haha"),
    ("other_word", "words of otherness and sameness (other, another, same, else)", "other others another same else"
     " different various own such similar"),
    ("extent_word", "words of completeness and exclusion (all, whole, only, just)", "all whole entire every everything"
     " everyone only just alone merely simply exactly complete total both"),
    ("approximation", "words of approximation (about, almost, around)", "about almost around nearly roughly"
     " approximately"
     " approx circa some over under"),
)  # fmt: skip

_OWN_WORDS = word_list(
    "the of and to a in that it is was for on with as at by be he she his her they you we this from or but"
    " not all if when so there what up out about than into then one had have like said i an are were no will"
    " would can after back"
)


def _own_feature(word: str) -> tuple[str, str]:
    return f"word_{word}", f"the word “{'I' if word == 'i' else word}”"


PHRASES = tuple((name, phrase) for name, phrase, _ in _CLASSES) + tuple(map(_own_feature, _OWN_WORDS))


@cache
def _index() -> dict[str, tuple[str, ...]]:
    index: dict[str, tuple[str, ...]] = {word: (f"word_{word}",) for word in _OWN_WORDS}
    for name, _, members in _CLASSES:
        for word in dict.fromkeys(members.split()):
            index[word] = (*index.get(word, ()), name)
    return index


def _of_word(word: str) -> tuple[str, ...]:
    return _index().get(word.replace("’", "'").lower(), ())


def is_function_word(word: str) -> bool:
    """Whether a word in lower case is in one of the closed classes."""
    return word in _index()


FAMILY = Family("grammar", PHRASES, of_word=_of_word)
