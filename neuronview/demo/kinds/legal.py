"""Legal clauses: leases, sales, services, clubs, wills, data, with definitions and lettered sub-clauses. Not advice."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from neuronview.demo.kinds import _prose

if TYPE_CHECKING:
    from neuronview.demo.lexicon import Lexicon

# agreement, first party, second party, the object, what is owed, by when
DEALS = (
    ("Lease", "the Landlord", "the Tenant", "the Property", "the Rent", "use of the garden"),
    ("Agreement", "the Seller", "the Buyer", "the Machine", "the Price", "delivery"),
    ("Contract", "the Company", "the Customer", "the Service", "the Fee", "support by telephone"),
    ("Loan Agreement", "the Lender", "the Borrower", "the Loan", "the Interest", "early repayment"),
    ("Licence", "the Owner", "the User", "the Software", "the Charge", "copies for safety"),
    ("Employment Contract", "the Employer", "the Employee", "the Work", "the Salary", "paid holidays"),
    ("Hire Agreement", "the Supplier", "the Hirer", "the Vehicle", "the Deposit", "insurance"),
    ("Franchise Agreement", "the Founder", "the Partner", "the Brand", "the Contribution", "advertising"),
)

POOLS = """
@title
<deal> between <A.full> ("<one>") and <B.full> ("<two>")
<num>. Obligations of <two>
<num>. Termination
<num>. Payment
<num>. Liability
<num>. General Provisions
<num>. Duration

@define
In this <deal>, "<object>" means everything listed in Schedule <sub>, together with any parts added later.
For the purposes of this <deal>, the following words shall have the meanings set out below.
Unless the context requires otherwise, words in the singular include the plural and vice versa.
"<owed>" means the sum of <price>, payable on the <nth> day of each month.
Any reference to <two> includes <two>'s heirs and successors.
References to writing include e-mail but not text messages.

@duty
<Two> shall pay <owed> to <one> not later than the <nth> day of each month, without deduction.
<Two> may not transfer any rights under this <deal> without the prior written consent of <one>.
<One> shall ensure that <object> is in good condition and fit for its purpose.
<Two> agrees to take reasonable care of <object> and to report any damage without delay.
<One> undertakes not to disclose any information received from <two> under this <deal>.
If <two> fails to pay <owed> when due, interest shall be charged at the rate of <pct> per cent a year.
<One> is entitled to inspect <object> at any reasonable time, provided that notice has been given at least
  <n> days before.
Subject to clause <other>, <two> is not obliged to return <object> before the end of the term.
Nothing in this <deal> shall be construed as granting <two> any right to <extra>.
Each party shall bear its own costs.
<Two> must not use <object>, or allow it to be used, for any unlawful purpose.
Where <owed> has been paid in advance, it shall be refunded within <n2> days.
Neither party shall be liable for any delay caused by events beyond its control, including fire, flood and
  war.
Except as expressly stated in this clause, all warranties are hereby excluded.

@list
<Two> shall:\\n(a) pay <owed> when it is due;\\n(b) keep <object> clean and in good repair; and\\n(c)
  inform <one> of any change of address.
<One> may end this <deal> at once if <two>:\\n(a) has not paid <owed> for <n> months;\\n(b) commits a
  serious breach of clause <other>; or\\n(c) becomes bankrupt.
The following are not included in <owed>:\\n(a) <extra>;\\n(b) taxes, fees and other charges; and\\n(c)
  any costs for which <two> is responsible under clause <other>.
<Two> must not:\\n(a) alter <object> or any part of it;\\n(b) let others use it, whether for payment or
  not; or\\n(c) remove it from <town>,\\nunless <one> has agreed to this in writing.
This <deal> ends:\\n(a) on <dom> <month> <year2>;\\n(b) if both parties so agree; or\\n(c) <n2> weeks
  after either party has given notice,\\nwhichever is the earliest.
<One> is not liable for any loss which:\\n(a) was caused by <two>'s own negligence;\\n(b) could not have
  been foreseen; or\\n(c) results from a failure to follow the instructions.

@notice
Notices under this <deal> must be in writing and shall be sent to <no> <street>, <town>.
A notice sent by post is deemed to have been received on the <nth> working day after posting.
Either party may terminate this <deal> by giving the other not less than <n> months' notice in writing.
Upon termination, <two> shall immediately return <object> to <one>.
The termination of this <deal> does not affect any rights that have arisen before it.
If no notice is given, the <deal> is renewed for a further year.

@general
Should any provision of this <deal> be found invalid, the remaining provisions shall continue in force.
This <deal> is governed by the law of <country>.
No change to this <deal> is effective unless it is made in writing and signed by both parties.
This <deal>, including its schedules, constitutes the entire agreement between the parties and replaces
  all earlier ones.
A failure to exercise a right is not a waiver of that right.
Any dispute shall first be referred to a mediator; only if this fails may the matter be taken to court.
The courts of <city> shall have exclusive jurisdiction.
The headings are for convenience only and do not affect the meaning of the clauses.
In the event of a conflict between this clause and Schedule <sub>, this clause prevails.

@sign
Signed on <dom> <month> <year> by <A.full> and <B.full> in the presence of <C.full>.
In witness whereof the parties have signed this <deal> on the date first written above.
Done at <city> in two copies, one for each party.

@recital
Whereas <one> is the owner of <object>; and whereas <two> wishes to make use of it; now, therefore, the
  parties agree as follows:
This <deal> is made on <dom> <month> <year> between <A.full>, of <no> <street>, <town>, and <B.full>, of
  <town2>.
The parties, wishing to settle the matter between them, have agreed as follows.

@will
I, <A.full>, of <no> <street>, <town>, declare this to be my last will and revoke all earlier ones.
I appoint <B.full> as my executor and, should <B.he> be unable or unwilling to act, <C.full>.
I give my {furniture} and all my {clothes:plural} to my {relative}, <C.full>, if <C.he> survives me by
  <n2> days.
I leave the sum of <price> to the <town> hospital, free of tax.
My house shall not be sold as long as <B.full> wishes to live in it.
Everything else is to be divided in equal shares among my children, or, if there are none, among my cousins.
If any person contests this will, the gift to that person shall be void.
No flowers, no speeches.

@data
We collect only such information as is necessary to provide you with our service.
Your data will not be passed on to third parties unless the law requires us to do so.
You may at any time ask us which data we hold about you and, if they are incorrect, have them corrected.
If you do not agree with these terms, you must not use this service.
By using our pages you confirm that you are at least <young> years old.
We may change these terms from time to time; if we do, you will be informed <n> weeks in advance.
Data that are no longer needed are deleted after <n> months at the latest.
Cookies, where they are used, serve only to remember your language.

@rule
{Animal:plural} may be kept only with the consent of the committee, which shall not be refused without
  good reason.
Every {tool} that is borrowed must be returned within <n2> days, clean and undamaged.
Whoever is the last to leave shall lock the {room} and the {building_part}.
Members must be at least <young> years old and live in <town>.
Every member has one vote, except in matters that concern the member personally.
Dogs are not admitted, whether on a lead or not.
Anyone who does not pay the fee by the end of <month> ceases to be a member.
The committee consists of <n> members, who are elected for <n> years and may be re-elected once.
A decision is valid only if more than half of the members are present.
Glasses, bottles and {tool:plural} may not be brought into the hall.
Exceptions may be granted by the committee; there is no right to an exception.
Members who break these rules may be excluded, after they have been heard.
"""

LAYOUTS = {
    "clause": "@title\n\n<num>.1 @duty\n<num>.2 @duty\n<num>.3 @list",
    "clause_general": "@title\n\n<num>.1 @notice\n<num>.2 @general\n<num>.3 @general\n<num>.4 @general",
    "list_first": "<num>. @list\n\n<next>. @duty @duty",
    "recital": "@recital\n\n1. @define\n2. @duty\n3. @duty\n4. @notice\n\n@sign",
    "definitions": "Definitions\n\n@define @define @define\n\n@duty",
    "prose": "@duty*3 @general",
    "notice": "@title\n\n@notice*3 @general @sign",
    "will": "@will*4\n\n@sign",
    "will_numbered": "Last Will of <A.full>\n\n1. @will\n2. @will\n3. @will\n4. @will\n5. @will",
    "data": "@data*4-5",
    "data_list": "Privacy\n\n(1) @data\n(2) @data\n(3) @data\n(4) @general",
    "club": "Rules of the <town> Club\n\nRule 1. @rule\nRule 2. @rule\nRule 3. @rule\nRule 4. @rule",
    "club_prose": "@rule*4-5",
    "two_lists": "<num>. @list\n\n<next>. @list",
    "sections": "Section <num>\n@duty @duty\n\nSection <next>\n@general @notice",
}


def _setup(rng: random.Random, lex: Lexicon) -> dict[str, str]:
    bound = _prose.common(rng, lex)
    deal, one, two, thing, owed, extra = rng.choice(DEALS)
    bound.update(
        deal=deal, one=one, two=two, One=one.capitalize(), Two=two.capitalize(), object=thing, owed=owed, extra=extra
    )
    bound["One"], bound["Two"] = "The" + one[3:], "The" + two[3:]
    bound["full_names"] = "yes"
    number = rng.randint(2, 19)
    bound.update(num=str(number), next=str(number + 1), other=str(rng.randint(1, 24)), sub=str(rng.randint(1, 5)))
    bound["young"] = rng.choice(("16", "18", "21"))
    return bound


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = _prose.templates(POOLS, LAYOUTS, _setup)
