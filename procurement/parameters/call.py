"""Parameters of the call: council and committee, days, sale of the terms, who may take part."""

from procurement.problems import gettext_noop as _

from .kinds import Kind, Parameter

DAYS = {"business": _("business days"), "calendar": _("calendar days")}

COUNCIL = (
    Parameter(
        "council_majority",
        Kind.CHOICE,
        _("majority of the council"),
        _(
            "The votes that the agreement needs. Handing over municipal goods asks two thirds: ask "
            "the legal adviser."
        ),
        _("rule 15; LOM arts 33, 66"),
        choices={
            "simple": _("simple majority"),
            "two_thirds_legal_number": _("two thirds of the legal number of councillors"),
        },
    ),
    Parameter(
        "committee.size",
        Kind.INTEGER,
        _("members of the committee"),
        _("How many members decide, without the alternates. An odd number avoids ties."),
        _("clause 4.2 of the terms"),
        unit="members",
        minimum=3,
        maximum=9,
    ),
    Parameter(
        "committee.quorum",
        Kind.INTEGER,
        _("quorum of the committee"),
        _("How many members must be present for an act to be valid."),
        _("clause 4.2 of the terms"),
        unit="members",
        minimum=2,
        maximum=9,
    ),
    Parameter(
        "committee.majority",
        Kind.CHOICE,
        _("majority of the committee"),
        _("How the committee decides. Who votes against writes the reasons."),
        _("clause 4.2 of the terms"),
        choices={
            "present": _("more than half of those present"),
            "all": _("more than half of all its members"),
        },
    ),
    Parameter(
        "committee.casting_vote",
        Kind.BOOLEAN,
        _("casting vote of the chair"),
        _("Whether the chair's vote decides when the votes are equal."),
        _("clause 4.2 of the terms"),
    ),
    Parameter(
        "conflict.definition",
        Kind.TEXT,
        _("what is a conflict of interest"),
        _(
            "The links with a bidder, by kinship, work or business, that keep a member out. The "
            "legal adviser writes it."
        ),
        _("clause 33.2 of the terms; LOM art. 63"),
    ),
    Parameter(
        "ordinances.gate",
        Kind.CHOICE,
        _("when the four ordinances must be in force"),
        _("The one on the neighbourhood board must be in force before the announcement in any case."),
        _("rule 25"),
        choices={"signature": _("before the signature"), "announcement": _("before the announcement")},
    ),
    Parameter(
        "cancel.authority",
        Kind.CHOICE,
        _("who may cancel the call"),
        _("By an act with reasons, before the contract is signed."),
        _("clause 27.2 of the terms"),
        choices={"mayor": _("the mayor"), "council": _("the municipal council")},
    ),
    Parameter(
        "sunass.authorisation",
        Kind.TEXT,
        _("SUNASS authorisation"),
        _(
            "Number and date of the exceptional authorisation under which the municipality provides "
            "the service."
        ),
        _("DS 009-2024-VIVIENDA art. 32.2"),
    ),
)

TIMES = (
    Parameter(
        "meetings.day_type",
        Kind.CHOICE,
        _("days of the meetings"),
        _("The “three days” of the meetings: the field note does not say which days they are."),
        _("rule 49"),
        choices=DAYS,
    ),
    Parameter(
        "meetings.tolerance_days",
        Kind.INTEGER,
        _("tolerance of the second and third meeting"),
        _("How many days before or after the exact day the meeting may be held. Zero is an answer."),
        _("rules 45, 48; decision 21"),
        unit="days",
        maximum=5,
    ),
    Parameter(
        "preparation.minimum_days",
        Kind.INTEGER,
        _("days to prepare a bid, at least"),
        _(
            "Calendar days from the announcement to the deadline. Alliances between technicians and "
            "financiers take time."
        ),
        _("rule 37"),
        unit="days",
        minimum=1,
        maximum=365,
    ),
    Parameter(
        "late_change_days",
        Kind.INTEGER,
        _("a change is late within"),
        _(
            "A circular that changes the terms fewer calendar days than these before the deadline "
            "moves the deadline."
        ),
        _("rule 47; clause 11.5 of the terms"),
        unit="days",
        maximum=60,
    ),
    Parameter(
        "minimum_days_after_change",
        Kind.INTEGER,
        _("days after a late change, at least"),
        _("Calendar days that bidders have from a late change to the new deadline."),
        _("rule 47; clause 11.5 of the terms"),
        unit="days",
        maximum=60,
    ),
    Parameter(
        "remedy_days",
        Kind.INTEGER,
        _("days to remedy a defect"),
        _("What a bidder has to complete what it declared in envelope 1."),
        _("clause 18.1 of the terms"),
        unit="days",
        minimum=1,
        maximum=30,
    ),
    Parameter(
        "remedy_day_type",
        Kind.CHOICE,
        _("days of the remedy"),
        _("How the days to remedy are counted."),
        _("clause 18.1 of the terms"),
        choices=DAYS,
    ),
    Parameter(
        "remedy_extension_days",
        Kind.INTEGER,
        _("one extension of the remedy"),
        _("Days more, once, for a bidder who asks before the term ends. Zero: no extension."),
        _("clause 18.1 of the terms"),
        unit="days",
        maximum=30,
    ),
    Parameter(
        "notification",
        Kind.CHOICE,
        _("what counts as notified"),
        _("From which moment a message has reached a bidder and its terms begin to run."),
        _("decision 9"),
        choices={
            "publication": _("its publication on the page of the call"),
            "shelf": _("its reading on the person's page"),
            "email": _("its sending to the e-mail address authorised in writing"),
            "paper": _("its delivery on paper, with a receipt"),
        },
    ),
)

SALE = (
    Parameter(
        "terms.price",
        Kind.MONEY,
        _("price of the terms"),
        _("What a buyer pays at the till. Zero is an answer."),
        _("rule 35"),
    ),
    Parameter(
        "terms.payment",
        Kind.TEXT,
        _("where and how the terms are paid"),
        _("Till, bank account, opening hours."),
        _("rule 35"),
    ),
    Parameter(
        "terms.refund",
        Kind.CHOICE,
        _("refund of the price"),
        _("Whether a buyer gets the price back."),
        _("clause 9.6 of the terms"),
        choices={"on_cancel": _("only if the call is cancelled"), "never": _("never")},
    ),
    Parameter(
        "terms.refund_days",
        Kind.INTEGER,
        _("days to refund the price"),
        _("Calendar days from the cancellation."),
        _("clause 9.6 of the terms"),
        unit="days",
        minimum=1,
        maximum=90,
        when=("terms.refund", ("on_cancel",)),
    ),
    Parameter(
        "second_call.free_terms",
        Kind.BOOLEAN,
        _("free terms in a second call"),
        _("Whether whoever bought the terms of a deserted call gets those of the next one free."),
        _("rule 60; clause 26.4 of the terms"),
    ),
    Parameter(
        "buyers_public_from",
        Kind.CHOICE,
        _("when the list of buyers becomes public"),
        _("Until then it is a secret, and who looks at it is recorded."),
        _("decision 10"),
        choices={
            "opening_1": _("at the opening of envelope 1"),
            "award": _("at the award"),
            "never": _("never"),
        },
    ),
)

BIDDERS = (
    Parameter(
        "gate.origin",
        Kind.CHOICE,
        _("required origin of the operator"),
        _("As the neighbours approved it in the model; who does not meet it is not admitted."),
        _("rules 18, 52"),
        choices={
            "local": _("local"),
            "regional": _("local or regional"),
            "national": _("anywhere in the country"),
        },
    ),
    Parameter(
        "gate.origin_definition",
        Kind.TEXT,
        _("what that origin means"),
        _("Where a bidder must live or be registered, and since when."),
        _("rule 52"),
    ),
    Parameter(
        "gate.financial_minimum",
        Kind.MONEY,
        _("minimum financial capability"),
        _(
            "Working capital and small short-term credits, in soles: own money, credit lines, "
            "support of others."
        ),
        _("rule 53"),
    ),
    Parameter(
        "gate.experience_evidence",
        Kind.TEXT,
        _("what proves experience"),
        _("Papers that show that the bidder knows public services."),
        _("rule 51"),
    ),
    Parameter(
        "gate.finance_evidence",
        Kind.TEXT,
        _("what proves financial capability"),
        _("Papers that a local bidder can really obtain."),
        _("rule 53"),
    ),
    Parameter(
        "gate.moral_evidence",
        Kind.TEXT,
        _("what proves moral solvency"),
        _("Declaration, certificates."),
        _("rule 52"),
    ),
    Parameter(
        "gate.origin_evidence",
        Kind.TEXT,
        _("what proves origin"),
        _("Papers that show where the bidder is from."),
        _("rule 52"),
    ),
    Parameter(
        "thresholds.administrative",
        Kind.DECIMAL,
        _("administrative solvency, at least"),
        _("Points out of 100 needed before the offer counts. Zero: it is met or not met, without points."),
        _("rule 160"),
        unit="points",
        maximum=100,
    ),
    Parameter(
        "thresholds.administrative_evidence",
        Kind.TEXT,
        _("what proves administrative solvency"),
        _("What the committee looks at, and how many points each thing gives if points are given."),
        _("rule 160"),
    ),
    Parameter(
        "thresholds.technical",
        Kind.DECIMAL,
        _("technical solvency of the team, at least"),
        _("Points out of 100 needed before the offer counts. Zero: it is met or not met, without points."),
        _("rules 160-161"),
        unit="points",
        maximum=100,
    ),
    Parameter(
        "team.minimum_members",
        Kind.INTEGER,
        _("members of the team, at least"),
        _("How many people the bidder must present."),
        _("rule 161"),
        unit="people",
        minimum=1,
        maximum=20,
    ),
    Parameter(
        "team.experience_required",
        Kind.BOOLEAN,
        _("somebody with experience in an EPS, a JASS or a municipality"),
        _("Whether at least one is obligatory; it is encouraged in any case."),
        _("rule 12"),
    ),
    Parameter(
        "consortium.maximum_members",
        Kind.INTEGER,
        _("members of a consortium, at most"),
        _("One means that consortia are not admitted."),
        _("rule 13"),
        unit="members",
        minimum=1,
        maximum=10,
    ),
    Parameter(
        "consortium.liability",
        Kind.CHOICE,
        _("how the members of a consortium answer"),
        _("The legal adviser confirms it."),
        _("rule 13"),
        choices={"joint": _("each for everything"), "by_share": _("each for its share")},
    ),
    Parameter(
        "power_validity_days",
        Kind.INTEGER,
        _("age of a power of attorney, at most"),
        _("Calendar days since the registry issued the certificate."),
        _("clause 13.1 of the terms"),
        unit="days",
        minimum=1,
        maximum=365,
    ),
)
