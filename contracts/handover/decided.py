"""What was decided in a call, on which paper and why; and the minutes that tell it in full."""

from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from contracts.handover import Section, Table
from procurement.schedule import local_day
from procurement.services.notices import LANGUAGE


def decided(tender):
    """Return the decisions in the order in which they were taken, and the list of all minutes."""
    told = [*foundations(tender), *changes(tender), *awards(tender), *contracts(tender)]
    told.sort(key=lambda row: row["on"])
    columns = (("on", _("Day")), ("what", _("What was decided")), ("why", _("Why")), ("paper", _("Paper")))
    decisions = Table("decisions", _("Decisions"), columns, told)
    columns = (("on", _("Day")), ("title", _("Minutes")), ("office", _("Office")), ("file", _("File")))
    minutes = Table("minutes", _("Minutes, which tell each act in full"), columns, minutes_of(tender))
    lead = _("What was agreed before you came, by whom and why. Each minute is in the pack, word for word.")
    return Section("decided", _("What was decided, and why"), lead, [decisions, minutes])


def foundations(tender):
    """Council, model and law: what the call stands on."""
    for row in tender.agreements.standing():
        counted = {"for": row.votes_for, "against": row.votes_against}
        votes = _("%(for)s votes for, %(against)s against") % counted
        yield decision(row.happened_on, row.get_purpose_display(), row.text or votes, str(row))
    for row in tender.approved_models.standing().select_related("assembly"):
        facts = {"years": row.years, "kind": row.get_operator_kind_display()}
        what = _("Model of management: %(kind)s operator, %(years)s years") % facts
        yield decision(row.happened_on, what, _("The delegates approved it in their assembly."), row.assembly)
    law = getattr(tender, "regime_decision", None)
    if law:
        what = _("Law of the call: %(code)s") % {"code": law.code}
        yield decision(law.happened_on, what, law.reason, law.legal_report)


def changes(tender):
    """Postponements, returns and endings."""
    for row in tender.changes.all():
        yield decision(row.happened_on, row.get_kind_display(), row.reason, row.act)


def awards(tender):
    """To whom the call was awarded, and what fell."""
    for row in tender.awards.select_related("bid__bidder", "minutes"):
        facts = {"bidder": row.bid, "percentage": row.percentage, "place": row.place}
        why = _("Place %(place)s in the ranking, with %(percentage)s %% for the fund.") % facts
        yield decision(local_day(row.awarded_at), _("Award to %(bidder)s") % facts, why, row.minutes)
        if row.ended_at:
            day, what = local_day(row.ended_at), _("The award to %(bidder)s fell") % facts
            yield decision(day, what, row.ended_reason, "")
    if desertion := getattr(tender, "desertion", None):
        what = _("The call was declared deserted")
        yield decision(local_day(desertion.at), what, desertion.text, desertion.minutes)


def contracts(tender):
    """What was signed after the award, and how it ended."""
    for row in tender.contracts.filter(signed_on__isnull=False).prefetch_related("addenda", "terminations"):
        facts = {"contract": row, "operator": row.operator_name, "years": row.years}
        what = _("%(contract)s with %(operator)s, for %(years)s years") % facts
        yield decision(row.signed_on, what, _("The award was final."), row)
        for each in row.addenda.all():
            yield decision(each.signed_on, each, each.text, each.agreement)
        if row.ended_on:
            why = [each.cause for each in row.terminations.all()] + [each.text for each in settled(row)]
            yield decision(row.ended_on, row.get_state_display(), " ".join(why), row)


def settled(contract):
    """Return the agreement that ended a contract, if one did."""
    return [contract.settlement] if hasattr(contract, "settlement") else []


def decision(on, what, why, paper):
    return {"on": on, "what": str(what), "why": str(why), "paper": str(paper or "")}


def minutes_of(tender):
    """Return one row for each of the minutes; `file` is where its text stands in the pack."""
    held = tender.minutes.order_by("entered_at", "pk")
    rows = [(row.happened_at, row.title, row.office_name, file_of(row)) for row in held]
    return [
        {"on": local_day(at), "title": title, "office": office, "file": file}
        for at, title, office, file in rows
    ]


def file_of(minutes):
    """Return where the pack keeps minutes, by the Spanish name of whose they are."""
    with translation.override(LANGUAGE):
        whose = slugify(minutes.office_name)
    return f"actas/{minutes.year}-{whose}-{minutes.number:03}.txt"
