"""What must hold before a call is announced, postponed and closed (rules 25, 32, 35, 39, 43-50, 68)."""

from datetime import timedelta

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from procurement import parameters, schedule
from procurement.problems import Problem, gettext_noop
from procurement.workflow import Unmet, guard

from .problems import guard_of_problems, lazily_shown


@guard(
    code="tender.regime.not-chosen",
    reason=_(
        "The regime has not been chosen. The municipality chooses it with a legal report. Record regime, "
        "report, reason and date."
    ),
    rule=_("product.md, principle 6"),
)
def regime_is_chosen(tender, at):
    return tender.profile is not None


@guard_of_problems
def terms_are_stated(tender, at):
    """Whether everything that the regime leaves open is decided, and within its limits."""
    if tender.profile is None:
        return []
    owed = parameters.undecided(tender.profile, tender.stated)
    return [*([owed] if owed else []), *parameters.check(tender.profile, tender.stated)]


@guard(
    code="tender.call.terms-not-approved",
    reason=_(
        "The manager has not approved the terms as they stand now. A version is approved before it is "
        "published."
    ),
    rule=_("domain 4.11"),
)
def terms_are_approved(tender, at):
    approved = tender.terms.filter(kind="approved").last()
    return approved is not None and approved.parameters == tender.parameters


def rules_of(tender):
    """Return what the regime and the terms say about the dates."""
    return schedule.Rules.from_terms(tender.profile, tender.stated)


def problems_of(tender, dates):
    """Return what is wrong with these dates for this tender, blocks and warnings."""
    return schedule.check(dates, rules_of(tender), tender.municipality.calendar())


def announced_at(dated, at):
    """Return the dates as they are if the call is announced at that instant, which is what counts."""
    return dated.dates(announcement=at, sale_from=max(dated.sale_from, at))


@guard_of_problems
def schedule_is_sound(tender, at):
    """Whether the dates keep the order and the windows of the three meetings (rules 37, 43-50)."""
    dated = getattr(tender, "schedule", None)
    if tender.profile is None:
        return []
    if dated is None:
        text = gettext_noop("The dates of the call are not set. Set them first.")
        return [Problem("tender.schedule.missing", text, gettext_noop("rule 50"))]
    return problems_of(tender, announced_at(dated, at))


@guard(
    code="tender.call.ordinances-not-in-force",
    reason=_(
        "Not in force: %(missing_ordinances)s. An ordinance takes effect once it is published. Publish it "
        "and record the proof."
    ),
    rule=_("rule 25; LOM art. 44; decision 24"),
)
def ordinances_are_in_force(tender, at):
    """Whether the JVS is instated by its ordinance; and all four are in force where the terms ask it."""
    profile = tender.profile
    kinds = list(profile.find("ordinances.before_announcement", ["jvs"])) if profile else ["jvs"]
    if tender.stated.get("ordinances.gate") == "announcement":
        kinds = profile.find("ordinances", kinds)
    ordinances = tender.municipality.ordinances
    missing = [kind for kind in kinds if not ordinances.in_force(kind, schedule.local_day(at))]
    names = dict(ordinances.model.Kind.choices)
    return not missing or Unmet(missing_ordinances=", ".join(str(names[kind]) for kind in missing))


@guard(
    code="tender.call.barriers-unchecked",
    reason=_(
        "Not looked at yet: %(barriers)s. See whether people of the town can meet what the terms ask, or say"
        " why you go on without it."
    ),
    rule=_("rule 39"),
    warning=True,
    holds_for=("items",),
)
def barriers_are_checked(tender, at):
    items = dict(tender.barrier_checks.model.Item.choices)
    for check in tender.barrier_checks.all():
        items.pop(check.item)
    names = ", ".join(str(label) for label in items.values())
    return not items or Unmet(barriers=names, items=sorted(items))


@guard(
    code="tender.call.not-proposed",
    reason=_("Two people announce a call: one of the committee proposes it, another one confirms."),
    rule=_("domain 4.11; product.md"),
)
def announcement_is_proposed(tender, at):
    return tender.proposals.filter(action="announce", settled_at=None).exists()


BEFORE_THE_CALL = [
    regime_is_chosen,
    terms_are_stated,
    terms_are_approved,
    schedule_is_sound,
    ordinances_are_in_force,
    barriers_are_checked,
]


# --- the close ---


def outages_before(deadline, hours):
    """Return the interruptions that reach into the hours before the deadline."""
    outages = apps.get_model("procurement", "Outage").objects.filter(start__lt=deadline)
    opens = deadline - timedelta(hours=hours)
    return [outage for outage in outages if outage.end is None or outage.end > opens]


def joined(spans):
    """Return how long these spans (start, end) last together; what two of them cover counts once."""
    total, reached = timedelta(0), None
    for start, end in sorted(spans):
        start = start if reached is None else max(start, reached)
        if end > start:
            total += end - start
            reached = end
    return total


def minutes_out(outages, since, deadline):
    """Return how many whole minutes from `since` to the deadline the service could not be reached."""
    spans = [(max(outage.start, since), min(outage.end or deadline, deadline)) for outage in outages]
    return joined(spans) // timedelta(minutes=1)


def last_postponement(tender):
    """Return when the call was last postponed: what failed before that has been answered; None if never."""
    found = tender.changes.filter(kind="postponement").order_by("-at").first()
    return found and found.at


def outage_holds_the_close(tender):
    """Whether an interruption of the last hours makes the close wait for the committee (decision 12)."""
    hours, least = tender.stated.get("outage.window_hours"), tender.stated.get("outage.minutes")
    deadline = tender.schedule.submission_deadline
    if hours is None or least is None:
        return False
    if tender.changes.filter(kind="late-close", at__gte=deadline).exists():
        return False
    outages = outages_before(deadline, hours)
    opens = deadline - timedelta(hours=hours)
    since = max(opens, last_postponement(tender) or opens) if outages else opens
    return minutes_out(outages, since, deadline) >= max(least, 1)


@guard(
    code="tender.close.too-early",
    reason=_(
        "The reception closes sixty seconds after the deadline, at %(closes)s: until then bids may be on the"
        " way."
    ),
    rule=_("decision 12"),
)
def deadline_is_over(tender, at):
    closes = tender.schedule.submission_deadline + schedule.CLOSE_MARGIN
    return closes <= at or Unmet(closes=lazily_shown(closes))


@guard(
    code="tender.close.outage",
    reason=_(
        "The service could not be reached in the last hours before the deadline. The committee postpones, or"
        " closes with reasons."
    ),
    rule=_("decision 12; terms 35.3"),
)
def no_outage_before_the_deadline(tender, at):
    return not outage_holds_the_close(tender)


@guard(
    code="tender.postponement.after-deadline",
    reason=_(
        "The time for bids passed on %(deadline)s. Postponing now would favour somebody. Go on to the close,"
        " or cancel with reasons."
    ),
    rule=_("rule 68; decision 12"),
)
def deadline_is_ahead(tender, at):
    deadline = tender.schedule.submission_deadline
    return at < deadline or outage_holds_the_close(tender) or Unmet(deadline=lazily_shown(deadline))
