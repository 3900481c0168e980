"""What must stand before the terms are approved (domain.md §4.11: Draft → Approved)."""

from django.utils.functional import lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from procurement import parameters, roles
from procurement.guards.call import regime_is_chosen, terms_are_stated
from procurement.guards.problems import lazily_shown
from procurement.regimes import NotCovered
from procurement.roles import Role
from procurement.workflow import Unmet, guard

MAJORITIES = {
    "simple": _("simple majority"),
    "two_thirds_legal_number": _("two thirds of the legal number of members"),
}
STUDIES = ("technical", "social", "economic", "development-plan")
ORDINANCES = ("provision", "jvs", "claims", "charges")
SEATS = {
    "chair": _("chair"),
    "member": _("members"),
    "alternate": _("alternates"),
    "secretary": _("secretary"),
}


def listed(names):
    """Say a list of words in whichever language it is read in."""
    return lazy(lambda: ", ".join(str(name) for name in names), str)()


def day_of(at):
    return localtime(at).date()


# The council, the studies, the neighbours


def approval(tender):
    """Return the council's standing agreement to seek an operator, the latest one; or None."""
    return tender.agreements.standing().filter(purpose="approve-call").last()


def majority(tender):
    """Return which majority the agreement needs; None while neither regime nor terms say it."""
    try:
        return tender.settled("council_majority") if tender.profile else None
    except (NotCovered, parameters.Undecided):
        return None


@guard(
    code="tender.council.agreement-missing",
    reason=_(
        "The tender cannot be approved: the council agreement is missing. Record its number, date, votes "
        "and file."
    ),
    rule=_("rule 15"),
)
def council_has_agreed(tender, at):
    return approval(tender) is not None


@guard(
    code="tender.council.majority-not-reached",
    reason=_(
        "The agreement has %(votes_for)s votes for and the regime asks for %(votes_needed)s "
        "(%(council_vote_rule)s). Correct the votes if mistyped, or take it to the council again."
    ),
    rule=_("rule 15; LOM arts 33, 66"),
)
def majority_was_reached(tender, at):
    agreement, asked = approval(tender), majority(tender)
    if not agreement or not asked or agreement.carried(asked):
        return True  # what is missing, another guard says
    return Unmet(
        votes_for=agreement.votes_for,
        votes_needed=agreement.votes_needed(asked),
        council_vote_rule=MAJORITIES[asked],
    )


@guard(
    code="tender.studies.missing",
    reason=_(
        "Missing: %(missing_studies)s. Without the diagnoses and the development plan the terms cannot be "
        "approved. Upload them."
    ),
    rule=_("rule 16"),
)
def studies_are_there(tender, at):
    there = set(tender.studies.standing().values_list("kind", flat=True))
    labels = dict(tender.studies.model.Kind.choices)
    missing = [labels[kind] for kind in STUDIES if kind not in there]
    return not missing or Unmet(missing_studies=listed(missing))


@guard(
    code="tender.model.not-approved",
    reason=_(
        "There is no record yet that the delegates' assembly approved the model. Record the minutes with "
        "date, votes and decision, and the model."
    ),
    rule=_("rules 17-19"),
)
def delegates_approved_the_model(tender, at):
    model = tender.approved_models.standing().select_related("assembly").first()
    return model is not None and model.assembly.superseded_at is None


@guard(
    code="tender.model.origin-differs",
    reason=_(
        "The delegates asked for an operator of this origin: %(approved)s. The terms ask for another: "
        "%(stated)s. Make the terms say what was approved."
    ),
    rule=_("rules 18, 52"),
)
def terms_ask_the_approved_origin(tender, at):
    model = tender.approved_models.standing().first()
    stated = tender.parameters.get("gate.origin")
    if model is None or stated in (None, model.origin):
        return True
    return Unmet(approved=model.get_origin_display(), stated=dict(model.Origin.choices)[stated])


# The regime


@guard(
    code="tender.regime.not-in-force",
    reason=_(
        "Regime %(regime_code)s is valid from %(regime_from)s to %(regime_to)s and the notice would be on "
        "%(call_date)s. Choose the one in force, or record what the legal report says of it."
    ),
    rule=_("domain.md §0.1; decision 22"),
    warning=True,
    holds_for=("regime_code",),
)
def regime_is_in_force(tender, at):
    regime = tender.regime
    if regime is None or tender.regime_decision.out_of_force_reason:
        return True
    schedule = getattr(tender, "schedule", None)
    call = day_of(schedule.announcement if schedule else at)
    return regime.in_force(call) or Unmet(
        regime_code=regime.code,
        regime_from=lazily_shown(regime.valid_from),
        regime_to=lazily_shown(regime.valid_to) if regime.valid_to else _("today"),
        call_date=lazily_shown(call),
    )


@guard(
    code="tender.population.out-of-range",
    reason=_(
        "%(town)s has %(population)s people and the regime covers %(population_min)s to "
        "%(population_max)s. Ask the legal adviser. To go on, write the reason."
    ),
    rule=_("rule 1"),
    warning=True,
)
def population_is_in_range(tender, at):
    profile = tender.profile
    if profile is None or not profile.fixes("population.min"):
        return True
    least, most = profile.value("population.min"), profile.value("population.max")
    return least <= tender.town.population <= most or Unmet(
        town=tender.town.name,
        population=f"{tender.town.population:,}",
        population_min=f"{least:,}",
        population_max=f"{most:,}",
    )


# People, ordinances, figures


@guard(
    code="committee.appointment.missing",
    reason=_(
        "The committee is not complete: %(missing)s. The mayor appoints its members and alternates by "
        "resolution."
    ),
    rule=_("domain.md §4.11"),
)
def committee_is_appointed(tender, at):
    seats = [seat.position for seat in roles.committee(tender, at)]
    on_it = tender.appointments.filter(roles.standing(at), user__is_active=True)
    there = {
        "chair": "chair" in seats,
        "member": seats.count("member") >= 2,
        "alternate": on_it.filter(group__name=Role.COMMITTEE.value, position="alternate").exists(),
        "secretary": on_it.filter(group__name=Role.SECRETARY.value).exists(),
    }
    missing = [SEATS[name] for name, found in there.items() if not found]
    return not missing or Unmet(missing=listed(missing))


@guard(
    code="committee.size.not-as-stated",
    reason=_("The terms say that the committee has %(stated)s members, and %(appointed)s are appointed."),
    rule=_("terms 4.2"),
)
def committee_is_as_the_terms_say(tender, at):
    stated, appointed = tender.stated.get("committee.size"), roles.committee(tender, at).count()
    return stated in (None, appointed) or Unmet(stated=stated, appointed=appointed)


@guard(
    code="committee.size.even",
    reason=_(
        "The committee has %(members_count)s members and may tie. Add or remove one, or write how ties are "
        "settled."
    ),
    rule=_("terms 4.2"),
    warning=True,
)
def committee_is_odd(tender, at):
    count = roles.committee(tender, at).count()
    stated = "committee.size" in tender.parameters  # then the check of the terms says it
    return stated or count == 0 or count % 2 == 1 or Unmet(members_count=count)


@guard(
    code="tender.ordinances.not-planned",
    reason=_(
        "%(missing_ordinances)s not planned. All four ordinances must be in force before signing. Set a date "
        "or explain."
    ),
    rule=_("rule 25"),
    warning=True,
    holds_for=("kinds",),
)
def ordinances_are_planned(tender, at):
    ordinances = tender.municipality.ordinances
    there = set(ordinances.standing().values_list("kind", flat=True))
    labels = dict(ordinances.model.Kind.choices)
    missing = [kind for kind in ORDINANCES if kind not in there]
    names = listed([labels[kind] for kind in missing])
    return not missing or Unmet(missing_ordinances=names, kinds=missing)


@guard(
    code="tender.studies.operating-cost-missing",
    reason=_(
        "The monthly operating cost is missing. Without it neither the guarantee nor the fund minimum can be "
        "sized. Take it from the study."
    ),
    rule=_("rule 77; §5.8"),
    warning=True,
)
def operating_cost_is_known(tender, at):
    return tender.town.monthly_operating_cost is not None or "town.monthly_cost" in tender.parameters


APPROVAL = [
    council_has_agreed,
    majority_was_reached,
    studies_are_there,
    delegates_approved_the_model,
    terms_ask_the_approved_origin,
    regime_is_chosen,
    regime_is_in_force,
    terms_are_stated,
    population_is_in_range,
    committee_is_appointed,
    committee_is_as_the_terms_say,
    committee_is_odd,
    ordinances_are_planned,
    operating_cost_is_known,
]
