"""What a draft call is told about its barriers: guarantees, time, origin (rules 39, 52, 75-76, 163)."""

from django.urls import reverse
from django.utils.translation import gettext as _

from guarantees import sizing
from guarantees.catalogue import CATALOGUE
from guarantees.guards.reception import accepted_for, slots_of
from guarantees.services.reception import asked
from procurement import barriers
from procurement.barriers import Finding
from procurement.guards.award import settled
from procurement.money import display
from procurement.schedule import local_day

NAMED = ("bid", "performance")
TAMSHIYACU = sizing.Barrier(sizing.PILOT[3].amount, sizing.PILOT_HOUSE, sizing.PILOT_TURNOVER)


def names():
    return {"bid": _("The bid bond"), "performance": _("The performance bond")}


def town_of(tender):
    """Return (house on the main square, a year's turnover) that the terms state, or None."""
    house, turnover = settled(tender, "town.house_value"), settled(tender, "town.annual_turnover")
    return (house, turnover) if house and turnover else None


def bonds(tender):
    """Return (slot, Barrier) of each bond in soles that this call asks."""
    town = town_of(tender)
    known = {slot: asked(tender, slot) for slot in NAMED if slot in slots_of(tender)}
    return [
        (slot, sizing.Barrier(found[0], *town))
        for slot, found in known.items()
        if town and found and found[1] == "PEN"
    ]


def told(name, barrier):
    """Return one bond beside a house and a year's turnover, in words."""
    facts = {"name": name, "bond": display(barrier.bond)}
    facts |= {"houses": barrier.houses, "share": barrier.turnover_share}
    text = _("%(name)s, %(bond)s: %(houses)s houses on the main square, %(share)s %% of a year's turnover.")
    return text % facts


def guarantees(tender):
    """Measure each bond, and ask who can bring what is accepted."""
    url, link = reverse("guarantee-sizing", args=[tender.pk]), _("Do the sum")
    if town_of(tender) is None:
        text = _("The terms do not say what a house and a year's turnover are worth.")
        yield Finding(text, _("rule 76"), True)
    for slot, barrier in bonds(tender):
        warns = barrier.exceeds_local_sense
        yield Finding(told(names()[slot], barrier), _("rules 76, 163"), warns, url, link)
    for slot in slots_of(tender):
        if slot in NAMED and only_from_companies(tender, slot):
            text = _("%(name)s: only banks and insurers give what is accepted. Small towns do not get it.")
            yield Finding(text % {"name": names()[slot]}, _("rules 71-72"), True)


def only_from_companies(tender, slot):
    """Whether everything that is accepted must come from a bank, an insurer or a trust company."""
    codes = accepted_for(tender, slot)
    return bool(codes) and all(CATALOGUE[code].issuer for code in codes)


def time(tender):
    """Measure the days between the call and the day to present."""
    least, schedule = settled(tender, "preparation.minimum_days"), getattr(tender, "schedule", None)
    if schedule is None or schedule.submission_deadline is None or schedule.announcement is None:
        yield Finding(_("The dates are not set: the time to prepare is not known."), _("rule 39"), True)
        return
    days = (local_day(schedule.submission_deadline) - local_day(schedule.announcement)).days
    text = _(
        "From the announcement to the day to present there are %(days)s days; the terms promise %(least)s."
    )
    facts = {"days": days, "least": "—" if least is None else least}
    yield Finding(text % facts, _("rule 39"), least is not None and days < least)


def origin(tender):
    """Ask how many of those who were spoken to meet the origin that is asked."""
    wanted = settled(tender, "gate.origin")
    if not wanted:
        return
    near = tender.prospects.filter(reach="local").count()
    text = _("The origin asked is “%(origin)s”. Of %(all)s possible bidders known, %(near)s are local.")
    facts = {"origin": wanted, "all": tender.prospects.count(), "near": near}
    yield Finding(text % facts, _("rules 18, 52"), facts["all"] == 0 or near == 0)


def of_tamshiyacu():
    """Return what a call with the guarantee of Tamshiyacu is told, with the measure of the field note."""
    return [
        Finding(told(names()["performance"], TAMSHIYACU), _("rules 76, 80"), TAMSHIYACU.exceeds_local_sense),
        Finding(
            _(
                "With a house worth S/ 10,000 and S/ 200,000 billed a year, the most that makes sense is "
                "%(measure)s. The first call asked even more: terms were sold, and nobody bid."
            )
            % {"measure": display(sizing.local_measure(TAMSHIYACU.house_value, TAMSHIYACU.annual_turnover))},
            _("rules 60-62, 163"),
            True,
        ),
        Finding(
            _("A proposal to improve the service was asked besides. The second call asked for a team."),
            _("rules 58, 63"),
            True,
        ),
        Finding(
            _("Its neighbours had approved a private operator of the region: nobody else could bid."),
            _("rules 18, 52"),
            True,
        ),
        Finding(
            _("Nobody gets bank letters and policies in towns of this size: accept what people have."),
            _("rules 71-72"),
            True,
        ),
    ]


barriers.SOURCES["guarantee"].append(guarantees)
barriers.SOURCES["time"].append(time)
barriers.SOURCES["origin"].append(origin)
