"""What every step of a guarantee leaves: its papers, its minutes or receipt, and whoever must know."""

from django.utils.translation import gettext_lazy as _

from guarantees.models import GuaranteePaper, Slot
from procurement.log import record
from procurement.roles import Role
from procurement.services import documents, minutes, notices, papers
from procurement.services.notices import said

WATCHING = (Role.TREASURY, Role.LEGAL, Role.MANAGER, Role.JVS)
TITLES = {  # kind of the minutes -> its title, and the office that numbers it
    "guarantee-received": (_("Receipt of a guarantee"), "treasury"),
    "guarantee-verified": (_("Report on a guarantee"), "legal"),
    "guarantee-observed": (_("Correction of a guarantee asked for"), "legal"),
    "guarantee-accepted": (_("Acceptance of a guarantee"), "management"),
    "guarantee-rejected": (_("A guarantee is not accepted"), "management"),
    "guarantee-registered": (_("Registration of a guarantee"), "legal"),
    "guarantee-renewed": (_("Renewal of a guarantee"), "treasury"),
    "guarantee-assented": (_("Assent of who answers to a longer term"), "treasury"),
    "guarantee-claimed": (_("Order to claim a guarantee"), "mayor"),
    "guarantee-dismissed": (_("A claim is dropped"), "mayor"),
    "guarantee-executed": (_("Receipt of what a guarantee paid"), "treasury"),
    "guarantee-released": (_("Release of a guarantee"), "management"),
    "guarantee-returned": (_("Receipt of the return of a guarantee"), "treasury"),
}
OF_THE_COMMITTEE = {"guarantee-accepted", "guarantee-rejected", "guarantee-released"}


def keep(guarantee, upload, kind, *, by):
    """Keep a paper of a guarantee: for those who work on it, not for the public."""
    if not upload:
        return None
    tender, at = guarantee.tender, guarantee.judged_at
    kept = {"kind": "guarantee", "title": upload.name[:200], "municipality": tender.municipality}
    document = documents.store(upload, **kept, tender=tender, by=by, at=at, reserved=True)
    return GuaranteePaper.objects.create(guarantee=guarantee, kind=kind, document=document, at=at)


def facts_of(guarantee):
    """Return what the log says of a guarantee to everybody: no entry, no document, no person."""
    return {
        "slot": str(guarantee.slot),
        "instrument": guarantee.instrument,
        "obligor": guarantee.obligor_name,
        "amount": str(guarantee.amount),
        "currency": str(guarantee.currency),
        "expiry": guarantee.expiry and str(guarantee.expiry),
        "claim_until": guarantee.claim_until and str(guarantee.claim_until),
    }


def write(guarantee, kind, *, by, **told):
    """Leave the minutes or the receipt of a step; they name no person and no entry."""
    tender, at = guarantee.tender, guarantee.judged_at
    title, office = TITLES[kind]
    if guarantee.slot == "bid" and kind in OF_THE_COMMITTEE:
        office = "committee"
    text = papers.render("minutes_guarantee", tender=tender, guarantee=guarantee, kind=kind, **told)
    titled = said(_("%(title)s: %(slot)s"), title=title, slot=Slot(guarantee.slot).label)
    kept = {"office": office, "kind": kind, "title": titled, "text": text}
    left = minutes.write(tender, **kept, happened_at=at, by=by, at=at)
    guarantee.minutes.add(left)
    return left


def tell(guarantee, subject, text, *some, by, obligor=False):
    """Tell these roles, and who gave the guarantee where it concerns them; not whoever acts."""
    tender, at = guarantee.tender, guarantee.judged_at
    users = [user for user in notices.people_of(tender, *some, at=at) if user != by]
    if obligor and guarantee.account and guarantee.account != by:
        users.append(guarantee.account)
    subject = said(_("%(subject)s: %(guarantee)s"), subject=subject, guarantee=guarantee)
    link = guarantee.get_absolute_url()
    notices.tell(users, tender=tender, subject=subject, text=text, at=at, link=link)


def note(guarantee, action, *, by, private=None, **facts):
    """Record what is no change of state: a value, who answers, an assent."""
    facts = {"guarantee": guarantee.pk} | facts
    return record(guarantee.tender, action, by=by, at=guarantee.judged_at, private=private, **facts)
