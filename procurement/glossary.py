"""Words explained: what each legal term means, for somebody of twelve years (80 words at most).

The keys are the words of the code. Word and meaning are one sentence for the translator, because a bare
word such as "minutes" means another thing elsewhere. The `gloss` tag and the page of explained words read
the same list.
"""

from django.utils.translation import gettext_lazy as _

GLOSSARY = {
    "minutes": _(
        "minutes: A signed paper that tells what happened at a meeting or act: who was there, what was "
        "decided and at what time. Once signed it does not change. If it has an error, another paper is "
        "made that clears it up."
    ),
    "opening": _(
        "opening: The public meeting where the envelopes are opened. Anybody may go. The committee, the "
        "notary and the neighbourhood board are there. First they check that nobody touched the envelopes; "
        "then they open them and read aloud what they say."
    ),
    "council-agreement": _(
        "council agreement: A decision that the mayor and the councillors take together, by vote. The "
        "tender cannot start without it. The document says how many voted for and how many against."
    ),
    "addendum": _(
        "addendum: A paper that changes a part of a contract already signed. Both sides sign it. If it "
        "lengthens a term, whoever gave the surety must be asked first, because otherwise that surety may "
        "end."
    ),
    "contribution": _(
        "contribution: The money that the operator puts into the investment fund every so often. It is "
        "worked out with the percentage that it offered to win. If it offered 9.50 % and billed S/ 10,000 "
        "in the month, it contributes S/ 950. It cannot lower that percentage later."
    ),
    "technical-area": _(
        "municipal technical area: The office of the municipality that knows about water and drainage. "
        "Once there is an operator, it watches it: it reads its reports, visits the plants and warns if "
        "something is wrong."
    ),
    "delegates-assembly": _(
        "delegates' assembly: The meeting of the delegates of every neighbourhood, one man and one woman "
        "for each sector. There it is decided whether the town wants to change how its water is run."
    ),
    "offer-base": _(
        "base of the offer (billing or collection): Billing is everything that the month's receipts say. "
        "Collection is what people really paid. The contribution is worked out on one of the two, and the "
        "terms say which. They are not the same: if many do not pay, the collection is smaller."
    ),
    "terms": _(
        "terms: The rules of the tender: who may take part, what to present, how the choice is made and "
        "until when. Anybody may read them. Whoever wants to take part buys them."
    ),
    "integrated-terms": _(
        "integrated terms: The terms after every question has been answered, with the changes already in "
        "their place. From that day on they are the final rules and do not change."
    ),
    "award": _(
        "award: The decision of who wins. The committee takes it in public and explains the sums. For some "
        "days those who lost may complain."
    ),
    "guarantee-lapse": _(
        "lapse of a guarantee: The moment when a guarantee is no longer any use. A bank guarantee that has "
        "expired can still be collected for fifteen days, with a notary's letter. The sixteenth day is too "
        "late. That is why the system warns many times."
    ),
    "qualify": _(
        "qualify: To pass the first part: the bidder showed that it meets the requirements. Qualifying "
        "gives no points. It only lets its envelope 2 be opened."
    ),
    "receipt": _(
        "receipt: The proof that you presented something, with the exact time and a code. Keep it: with it "
        "you can prove that you were in time and that nobody changed your bid."
    ),
    "bank-guarantee": _(
        "bank guarantee: A bank's paper that says: “if they do not comply, I pay”. The municipality can "
        "collect it quickly, without going to court. It has an expiry date and must be renewed."
    ),
    "notarial-letter": _(
        "notary's letter: A letter delivered by a notary, so that there is proof of the day it arrived and "
        "of what it said. It is used for serious things, such as collecting a guarantee or warning that a "
        "contract may end."
    ),
    "kit": _(
        "key sheet: The public sheet that says with which locks the envelopes are closed. It is summed up "
        "in twelve words printed on the notice. Before sealing, compare those words. If they differ, do "
        "not seal, and tell us."
    ),
    "checkpoint": _(
        "close of the log: When the period ends the list is closed and the system shows twelve words. They "
        "are read aloud and written by hand. If somebody changed something later, other words would come "
        "out and everybody would notice."
    ),
    "circular": _(
        "circular: A letter to everybody who bought the terms. It answers the questions or tells of a "
        "change. It says the same to all, on the same day, and does not tell who asked."
    ),
    "committee": _(
        "special committee: The people who run the tender. They check the requirements, do the sums and "
        "say who wins. They sign that they are neither relatives nor partners of the bidders. If one is, "
        "they leave and their alternate comes in."
    ),
    "commitment": _(
        "commitment to present: A tiny message that your device sends when you present. It carries the "
        "fingerprint of your envelopes and gets through even on a bad line. With it you have presented in "
        "time. The big file may finish uploading a little later."
    ),
    "conflict": _(
        "conflict of interest: When somebody who decides has a tie with somebody who takes part: a "
        "relative, partner, boss, very close friend or enemy. They must say so and step aside. Having one "
        "is no offence; hiding it is."
    ),
    "consent": _(
        "consent of the award: When the decision becomes final: the time to complain is over or the "
        "complaint has been resolved. From that day the papers to sign are prepared."
    ),
    "consortium": _(
        "consortium: Two or more people or companies that join to take part as one. They sign a paper with "
        "the share of each, and the shares must add up to 100.00 %."
    ),
    "query": _(
        "query: A question about the terms, asked by somebody who bought them. It is answered in writing "
        "and for everybody. It has a last day; after it the rules no longer change."
    ),
    "contract": _(
        "management contract: The agreement between the municipality and the operator: what it will do, "
        "for how many years, how much it may charge, which goals it must meet and what happens if it "
        "fails. It is published so that everybody can read it."
    ),
    "tender": _(
        "tender: The whole contest, from the notice to the signature. If nobody is suitable, a second one "
        "is held with better rules."
    ),
    "ranking": _(
        "ranking: The table of all who reached the end, from first to last, with their percentage and "
        "points. It shows the sums so that you can repeat them with a calculator."
    ),
    "charge": _(
        "charge: What each home pays for the service. The municipality sets it by ordinance, after talking "
        "with the people. The operator collects it; it does not make it up."
    ),
    "social-charge": _(
        "social charge: Half of the charge, for families with very little. The municipality covers the "
        "difference. A commission of the municipality, the neighbourhood board and the operator looks at "
        "the requests, and the municipality approves them."
    ),
    "custodian": _(
        "custodian: A person who keeps, on paper, one part of the key to the envelopes. Alone they can "
        "open nothing. Several are needed together. There are custodians from the committee, the "
        "neighbourhood board and a notary."
    ),
    "deserted": _(
        "deserted: When the tender ends without a winner: nobody presented, or nobody met the rules. It is "
        "not a hidden failure: the reasons are asked, published, and a better tender is held."
    ),
    "calendar-days": _("calendar days: Every day, Saturdays, Sundays and holidays too."),
    "business-days": _(
        "business days: Working days. Saturdays, Sundays and holidays do not count. Three business days "
        "may be five on the calendar. That is why we put the exact date beside each period."
    ),
    "execute-guarantee": _(
        "execute a guarantee: To collect it, because somebody did not comply. It is not a punishment "
        "decided overnight: there is a letter, a cause and a period. That money is used, for instance, so "
        "that the water is not cut off."
    ),
    "draw": _(
        "tie and draw: When two end with the same points, the steps of the terms are followed. If none "
        "settles it, lots are drawn in public, before a notary. Beforehand anybody may check the balls or "
        "the method."
    ),
    "erratum": _(
        "erratum: The correction of a slip of the pen, such as a number copied wrongly. It shows what was "
        "written and what it should say. It cannot be used to change rules."
    ),
    "surety": _(
        "joint surety: A person promises in writing to pay if another does not comply, and accepts being "
        "asked for it directly. It helps where the town has no bank that gives bank guarantees, but "
        "collecting it takes longer."
    ),
    "fund": _(
        "investment fund: An account to improve and extend the service, replace equipment and face "
        "emergencies. It is filled with the operator's contribution and other help. The neighbourhood "
        "board watches it, and what comes in and what it is spent on is published."
    ),
    "guarantee": _(
        "guarantee: Something that answers if somebody does not comply: a bank's paper, a deposit, a "
        "house, an insurance. There are four classes: for keeping the offer, for fulfilling the contract, "
        "for looking after the assets and for harm to other people."
    ),
    "performance-guarantee": _(
        "performance guarantee: The guarantee that the operator will do what it signed. If it leaves and "
        "drops the water, that money lets the municipality run the service for a while, until another is "
        "found."
    ),
    "bid-guarantee": _(
        "bid guarantee: The guarantee that the bidder is serious: it keeps its offer and, if it wins, "
        "signs. Those who do not win get it back."
    ),
    "movable-guarantee": _(
        "security over movable goods: Giving as backing a thing that moves: a car, a machine, goods. The "
        "owner goes on using it. It is made in writing and entered in an online register, so that "
        "everybody knows."
    ),
    "mortgage": _(
        "mortgage: Giving a house or land as backing, without leaving it. It is valid only if signed "
        "before a notary and entered in the Public Registry. Nobody may simply keep the house: a judge "
        "must sell it."
    ),
    "custodian-sheet": _(
        "custodian's sheet: The secret sheet of each custodian, with twenty-four words. It is on paper, "
        "inside a signed envelope. It is not photographed or kept on a phone. Nobody should ask for it by "
        "telephone or e-mail."
    ),
    "hash": _(
        "fingerprint (hash): A short code worked out from a file. If one letter of the file changes, the "
        "whole code changes. It serves to know that the document is the same. It does not let anybody "
        "guess what it says."
    ),
    "appeal": _(
        "appeal: The complaint of a bidder who believes that there was an error. It is filed within a few "
        "days and with reasons. The committee does not resolve it; another authority does. If it is right, "
        "things are repeated from where they went wrong."
    ),
    "barrier-report": _(
        "barrier report: A study made when nobody presented. It asks those who bought the terms what "
        "stopped them: the guarantee, the time, the partners, the fear of not being paid. With it the "
        "second tender is made better."
    ),
    "instrument": _(
        "instrument: The form that a guarantee takes: bank guarantee, insurance, deposit, mortgage, a "
        "person's surety. Some are collected quickly and others take long."
    ),
    "inventory": _(
        "valued inventory: The list of everything handed to the operator: pumps, pipes, land, desks, with "
        "its price and condition. At the end it is compared with the same list so that nothing is missing."
    ),
    "jvs": _(
        "neighbourhood board (JVS): Neighbours chosen by their districts, a woman and a man for each "
        "sector. They watch the whole tender and afterwards the quality of the water. They do not decide "
        "who wins, but what they write cannot be deleted."
    ),
    "own-key": _(
        "backup key: A file that you download when you present. It opens your own envelope if custodians "
        "are missing. It does not let anybody change it. Keep it in two places and give it to nobody."
    ),
    "metering": _("metering: Having a meter in each home, so that each pays for the water that it uses."),
    "remark": _(
        "remark: What an observer writes when something worries them. It stays for ever. The committee "
        "must answer before it says who wins."
    ),
    "operator": _(
        "specialized operator: Whoever makes sure that clean water comes out of the tap and that the "
        "drains work. It may be a company, a cooperative or a partnership with the neighbours. It is not "
        "the owner: it works under a contract and for a time."
    ),
    "ordinance": _(
        "ordinance: A law of the town passed by the municipal council. This change needs four: service, "
        "neighbourhood board, complaints, and charges. It holds from the day it is published."
    ),
    "transition": _(
        "transition period: Some months in which the operator takes over the service little by little, "
        "with company. It ends when it has done the whole circle at least twice: give water, deliver "
        "receipts and collect."
    ),
    "upload-period": _(
        "upload period: A short time after the deadline for a heavy file to finish uploading. It cannot be "
        "used to present late or to change anything: the fingerprint has already been noted."
    ),
    "surety-insurance": _(
        "surety insurance: An insurance that pays the municipality if the operator does not comply. It is "
        "like a bank guarantee, but an insurance company gives it."
    ),
    "percentage": _(
        "percentage offered: The part of each sol that the operator will put into the fund. If it offers "
        "9.50 %, out of every S/ 100 it puts in S/ 9.50. The winner is whoever meets the requirements and "
        "offers most, counting the local bidder's points if there are any."
    ),
    "postpone": _(
        "postpone: To move the dates later, with a written reason. Everybody is told at the same time. How "
        "many times they were moved is in plain sight."
    ),
    "bidder": _(
        "bidder: Whoever presents a bid to be the operator. It may be a person, a company, a cooperative "
        "or a consortium."
    ),
    "local-preference": _(
        "local preference: An advantage for those who live and work in the area. It may add points or "
        "raise their score by a percentage. The terms say how much it is and who counts as local, before "
        "it all starts."
    ),
    "regime": _(
        "regime: The group of laws that applies. They have changed several times, so the municipality "
        "chooses the one in force, with its lawyer, and explains why. It is fixed from the notice on."
    ),
    "log": _(
        "log: The list of everything that happened, in order and with the time. It can only be added to; "
        "nothing can be deleted or changed. Anybody can download it and check it."
    ),
    "reversion": _(
        "reversion: Giving back at the end of the contract. Everything returns to the municipality, with "
        "what was newly made and the improvements."
    ),
    "envelopes": _(
        "envelope 1 and envelope 2: Envelope 1 says who the bidder is and what it has. Envelope 2 says "
        "only its percentage. The first is opened first. The second is opened only if the bidder "
        "qualified. If not, it goes back closed and nobody knows what it said."
    ),
    "solvency": _(
        "solvency: Having the means to answer. Financial: money to start. Moral: no serious offences. "
        "Technical: a team that knows about water and drainage."
    ),
    "remedy": _(
        "remedy: To complete a paper that was missing or badly made, within the time given. It serves to "
        "prove what was already said. It cannot be used to change the offer or the partners."
    ),
    "transfer": _(
        "transfer: The passing of the service to the operator. There are seven tasks: staff, network maps, "
        "inventory, accounts to collect, permits, list of users and papers of the assets. Each closes when "
        "both accept. It takes three to six months."
    ),
    "observer": _(
        "observer: The person of the neighbourhood board who watches an act and signs “I was a witness”. "
        "If something does not seem right to them, they write it down."
    ),
    "terms-sale": _(
        "sale of the terms: When somebody buys the rules in order to ask and take part. They get a "
        "receipt. Buying does not oblige anybody to present. Who bought is not told until envelope 1 is "
        "opened."
    ),
}


def explained(key):
    """Return the word and its meaning, in the active language."""
    word, _colon, meaning = str(GLOSSARY[key]).partition(": ")
    return word, meaning
