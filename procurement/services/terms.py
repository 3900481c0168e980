"""What the terms state, their dates, and the versions of their text (rules 32, 35, 43-50; decision 33)."""

import hashlib
import re
from contextlib import suppress
from difflib import SequenceMatcher

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from procurement import money, parameters, roles
from procurement.guards import call as guards
from procurement.guards.problems import refusal
from procurement.log import record
from procurement.models import Appointment, Terms
from procurement.roles import Role
from procurement.services.notices import LANGUAGE
from procurement.workflow import Blocked, Refusal, check, lock

UNDECIDED = "(por decidir)"
LEFT_TO_THE_NORMS = "(según las normas del régimen)"
ORDINALS = {1: "PRIMERA", 2: "SEGUNDA", 3: "TERCERA"}

FROZEN = Refusal(
    "tender.change.published-text-frozen",
    _(
        "That has been published and is not edited. Use a circular (before the integration), an erratum (a "
        "slip) or a postponement (dates)."
    ),
    _("product.md, principle 4"),
)
CHANGED_MEANWHILE = Refusal(
    "access.record.changed-meanwhile",
    _("“%(label)s”: somebody wrote “%(theirs)s” and you wrote “%(yours)s”. Look at both and save again."),
    _("decision 33"),
)
NO_SUCH_CLAUSE = Refusal(
    "terms.clause.unknown",
    _("The terms have no clause %(clause)s. Write its number as it stands in the text, such as 10.2."),
    _("rule 47"),
)
NOT_APPROVED_YET = Refusal(
    "terms.approval.not-due",
    _("The terms are approved together with the call. Approve them again only once they have changed."),
    _("domain 4.11"),
)


# What the terms state


def value(tender, key, default=None):
    """Return what holds for this call, or the default where nothing has been stated yet."""
    if tender.profile is None:
        return tender.stated.get(key, default)
    try:
        return tender.settled(key)
    except LookupError:
        return default


def begin(tender, *, by):
    """Lock a tender whose terms may still change: before it is announced, or once it is returned."""
    tender = lock(tender, by=by)
    roles.require(by, "change_tender", tender, tender.judged_at)
    if tender.state not in (tender.State.DRAFT, tender.State.APPROVED):
        raise Blocked(FROZEN)
    return tender


def read(texts):
    """Return what was typed as values (None: left undecided) and what cannot be read."""
    values, problems = {}, []
    for key, text in texts.items():
        try:
            values[key] = parameters.parse(key, text) if text.strip() else None
        except parameters.Unreadable as unreadable:
            problems.append(unreadable.problem)
    return values, problems


def stale(tender, key, yours):
    """Return the refusal that shows both texts of a value that somebody else may have changed."""
    stated = tender.stated
    theirs = said(key, stated[key]) if key in stated else gettext("nothing")
    facts = {"label": gettext(parameters.PARAMETERS[key].label), "theirs": theirs, "yours": yours}
    return CHANGED_MEANWHILE.about(**facts)


def said(key, value):
    """Show one value in the active language."""
    return parameters.format(key, value, gettext)


def problems_in(tender, values):
    """Return what is wrong with the values once these are among them, as far as it concerns them."""
    if tender.profile is None:
        return []
    whole = {key: value for key, value in (tender.stated | values).items() if value is not None}
    return [each for each in parameters.check(tender.profile, whole) if each.subject in values]


@transaction.atomic
def revise(tender, *, version, texts, by):
    """State values of the terms, each as typed (empty: undecided), on a page still as the user saw it."""
    tender = begin(tender, by=by)
    values, problems = read(texts)
    if problems:
        raise Blocked(*map(refusal, problems))
    stated = tender.stated
    changes = {key: value for key, value in values.items() if stated.get(key) != value}
    if not changes:
        return tender
    if version != tender.version:
        raise Blocked(*[stale(tender, key, texts[key]) for key in changes])
    if problems := [each for each in problems_in(tender, changes) if not each.warning]:
        raise Blocked(*map(refusal, problems))
    keep(tender, {**stated, **changes})
    private = {"before": parameters.dump({key: stated[key] for key in changes if key in stated})}
    private["after"] = {key: tender.parameters.get(key) for key in changes}
    record(tender, "revise", by=by, at=tender.judged_at, private=private, fields=sorted(changes))
    drop_proposals(tender)
    return tender


def keep(tender, values):
    """Write the values that are stated."""
    tender.parameters = parameters.dump({key: value for key, value in values.items() if value is not None})
    tender.save()


def drop_proposals(tender):
    """What somebody proposed to announce is no longer what stands here: it must be proposed again."""
    tender.proposals.filter(action="announce", settled_at=None).update(settled_at=tender.judged_at)


# The text


class Stated(dict):
    """Values in words, by the name that a template can write (dots as underscores).

    What the terms still owe says so; about what they are not asked, the regime's own norms speak.
    """

    def __init__(self, owed=()):
        super().__init__(dict.fromkeys(map(named, owed), UNDECIDED))

    def __missing__(self, key):
        return LEFT_TO_THE_NORMS


def named(key):
    return key.replace(".", "_")


def held(tender):
    """Return every value that holds for the call, fixed by the regime or stated by the terms."""
    profile, stated = tender.profile, tender.stated
    found = {}
    for key in parameters.PARAMETERS:
        with suppress(LookupError):
            found[key] = parameters.settled(profile, stated, key)
    return found


def shown(tender, values):
    """Return the values in words of the active language."""
    currency = values.get("guarantees.performance.currency", "PEN")
    words = Stated(parameters.missing(tender.profile, tender.stated))
    for key, each in values.items():
        kind = currency if key == "guarantees.performance.amount" else "PEN"
        words[named(key)] = parameters.format(key, each, gettext, kind)
    return words


def performance_bond(rule, words):
    """Say how much the performance bond is (rule 80)."""
    match rule:
        case "fixed":
            return words["guarantees_performance_amount"]
        case "percentage":
            return f"{words['guarantees_performance_percentage']} del monto del contrato"
        case "months":
            return f"{words['guarantees_performance_months']} de costo de operación"
        case "inventory":
            return "según el inventario valorizado de la entrega"
    return words["guarantees_performance_rule"]


def moment(at):
    """Write an instant as the terms do: in Lima, with its seconds."""
    local = localtime(at)
    return f"{date_format(local.date())}, {local:%H:%M:%S}"


def names(tender, role, **fields):
    """Return the names of those who are appointed to the tender in this role."""
    found = Appointment.objects.filter(tender=tender, group__name=role.value, end=None, **fields)
    return [str(appointment.user) for appointment in found.select_related("user").order_by("pk")]


def of_people(tender):
    """Return what the text says about authorities: names of the committee and its secretary."""
    return {
        "members": names(tender, Role.COMMITTEE, position__in=["chair", "member"]),
        "alternates": names(tender, Role.COMMITTEE, position="alternate"),
        "secretaries": names(tender, Role.SECRETARY),
    }


def of_decisions(tender):
    """Return what the text says about the decisions before the call."""
    accepted = tender.assemblies.standing().exclude(mode="delegates")
    return {
        "assemblies": accepted.count(),
        "model": tender.approved_models.standing().last(),
        "agreement": tender.agreements.standing().filter(purpose="approve-call").last(),
        "decision": getattr(tender, "regime_decision", None),
    }


def of_regime(tender):
    """Return what the text says about the regime, and what depends on it."""
    regime, profile = tender.regime, tender.profile
    if regime is None:
        return {"regime_title": UNDECIDED, "regime_code": UNDECIDED, "sources": [UNDECIDED]}
    return {
        "regime_title": regime.title("es"),
        "regime_code": regime.code,
        "sources": regime.sources,
        "bars": profile.find("bars", []),
        "exclusive_object": profile.find("operator.exclusive_object", False),
        "bid_bond": "bid" in profile.find("guarantees.slots", []),
        "thresholds": "technical" in profile.find("factors.gate", []),
        "technical": "technical_proposal" in profile.find("factors.competitive", []),
        "scale": profile.find("factors.scale", 100),
        "second_after": profile.find("envelopes.second_opens_after", ""),
        "single_same_day": profile.find("consent.single_same_day", False),
        "first_within_days": profile.find("meetings.first_within_days", 3),
        "days_before": profile.find("meetings.days_before", 3),
    }


def of_dates(tender):
    dated = getattr(tender, "schedule", None)
    if dated is None:
        return {"milestones": [], "skipped": []}
    field = dated._meta.get_field
    return {
        "milestones": [(label, moment(at)) for _name, label, at in dated.milestones()],
        "skipped": [(field(name).verbose_name, reason) for name, reason in dated.skipped.items()],
    }


def point_value(values):
    """Say what one percent point of the average month is worth to the fund (terms 21.5)."""
    connections, charge = values.get("town.connections"), values.get("town.average_charge")
    return "" if connections is None or charge is None else money.display(connections * charge / 100)


@override(LANGUAGE)
def facts_of(tender):
    """Return everything that a public text about the call may say: terms, notice."""
    values = held(tender)
    words = shown(tender, values)
    facts = {"tender": tender, "municipality": tender.municipality, "town": tender.town, "p": words}
    facts["v"] = {named(key): each for key, each in values.items()}
    facts["performance"] = performance_bond(values.get("guarantees.performance.rule"), words)
    facts["point"] = point_value(values)
    facts["call_ordinal"] = ORDINALS.get(tender.call_number, f"{tender.call_number}.ª")
    return facts | of_people(tender) | of_decisions(tender) | of_regime(tender) | of_dates(tender)


def render(tender, amendments):
    """Return the text of the terms as they stand, with these clauses in the place of the model's."""
    with override(LANGUAGE):
        text = render_to_string("terms/terms.txt", facts_of(tender))
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return amended(re.sub(r"\n{3,}", "\n\n", lines), amendments)


def amended(text, amendments):
    """Put the clauses that circulars have changed in the place of the model's; each is one line."""
    for clause, words in amendments.items():
        line = re.compile(rf"^{re.escape(clause)} .*$", re.MULTILINE)
        if not line.search(text):
            raise Blocked(NO_SUCH_CLAUSE.about(clause=clause))
        text = line.sub(lambda _old, words=words, clause=clause: f"{clause} {words}", text, count=1)
    return text


def clause(text, number):
    """Return one clause of a text, without its number; refuse a number that the text does not have."""
    found = re.search(rf"^{re.escape(number)} (.*)$", text, re.MULTILINE)
    if not found:
        raise Blocked(NO_SUCH_CLAUSE.about(clause=number))
    return found[1]


# Versions


def apply_changes(tender, changes, amendments):
    """Take over what a circular changes: values of the terms, and whole clauses."""
    values = dict(tender.stated)
    for change in changes:
        if "parameter" in change:
            values[change["parameter"]] = parse_change(change)
        else:
            amendments[change["clause"]] = " ".join(change["text"].split())
    if problems := [each for each in problems_in(tender, values) if not each.warning]:
        raise Blocked(*map(refusal, problems))
    keep(tender, values)


def parse_change(change):
    try:
        return parameters.parse(change["parameter"], change["value"])
    except parameters.Unreadable as unreadable:
        raise Blocked(refusal(unreadable.problem)) from None


def new_version(tender, *, kind, by, at, changes=(), published=True):
    """Write the next version of the terms; return it. The caller holds the tender's lock and the transaction.

    `changes` are what circulars decide, each {"parameter": key, "value": as typed} or {"clause": "10.2",
    "text": its new words}, and may say `why`. A version approved anew begins from the model again.
    """
    last = tender.terms.last()
    amendments = dict(last.amendments) if last and kind != Terms.Kind.APPROVED else {}
    if changes:
        apply_changes(tender, changes, amendments)
    text = render(tender, amendments)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if is_the_same(last, digest, kind):
        return publish(last, by=by, at=at)
    version = Terms.objects.create(
        tender=tender,
        number=last.number + 1 if last else 1,
        round=tender.round,
        kind=kind,
        text=text,
        sha256=digest,
        regime=tender.regime.code,
        parameters=tender.parameters,
        amendments=amendments,
        changes=list(changes),
        by=by,
        at=at,
    )
    facts = {"number": version.number, "kind": str(kind), "sha256": digest, "changes": list(changes)}
    record(tender, "terms.version", by=by, at=at, **facts)
    return publish(version, by=by, at=at) if published else version


def is_the_same(last, digest, kind):
    """Whether what is announced is, letter by letter, the version that was approved and not published yet."""
    approved = last and last.kind == Terms.Kind.APPROVED and not last.published_at
    return approved and kind == Terms.Kind.ANNOUNCED and last.sha256 == digest


def publish(version, *, by, at):
    """Make a version public: from now on it is what buyers get."""
    version.published_at = at
    version.save(update_fields=["published_at"])
    facts = {"number": version.number, "sha256": version.sha256}
    record(version.tender, "terms.publish", by=by, at=at, **facts)
    return version


@transaction.atomic
def approve_again(tender, *, by):
    """Approve the terms anew, as the manager, where they changed after the approval."""
    tender = lock(tender, by=by)
    roles.require(by, "approve_tender", tender, tender.judged_at)
    check(tender, guards.regime_is_chosen, guards.terms_are_stated)
    if tender.state != tender.State.APPROVED or guards.terms_are_approved(tender, tender.judged_at):
        raise Blocked(NOT_APPROVED_YET)
    return new_version(tender, kind=Terms.Kind.APPROVED, by=by, at=tender.judged_at, published=False)


def difference(before, after):
    """Return the lines in which two texts differ: ("-", gone), ("+", new), and ("…", heading) above."""
    old, new = before.splitlines(), after.splitlines()
    rows = []
    heading = ""
    for change, start, end, new_start, new_end in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if change == "equal":
            heading = next((line for line in reversed(old[start:end]) if line.startswith("#")), heading)
            continue
        rows += [("…", heading)] if heading else []
        rows += [("-", line) for line in old[start:end] if line]
        rows += [("+", line) for line in new[new_start:new_end] if line]
        heading = ""
    return rows
