"""What the reserved part tells: who signed and answers, entries in registries, where originals are kept."""

from django.db.models import Q
from django.utils.translation import gettext as _

from contracts.handover import Section, Table
from contracts.models import contract_of
from procurement import roles
from procurement.models import Appointment

AFTER = ("awarded", "consented", "deserted")


def reserved(tender, at):
    """Return what names people, for those who may read it."""
    kept = tender.guarantees.exclude(instrument="").prefetch_related("guarantors", "registrations")
    if tender.state not in AFTER:
        kept = kept.exclude(slot="bid")  # they would tell who bids
    kept, signed = list(kept), signers(contract_of(tender))
    tables = [offices(tender, at), signed, originals(kept), sureties(kept), entries(kept)]
    lead = _("It names people. Keep it where only those who need it can read it, and publish none of it.")
    return Section("reserved", _("Reserved part"), lead, [table for table in tables if table.rows])


def offices(tender, at):
    """Who holds which office now, by which paper."""
    here = Q(tender=tender) | Q(tender=None, municipality=tender.municipality_id)
    found = Appointment.objects.filter(roles.standing(at), here).select_related("user", "group")
    rows = [
        {"role": str(row.role.label), "name": str(row.user), "paper": row.document}
        for row in found.order_by("group__name", "pk")
    ]
    columns = (("role", _("Role")), ("name", _("Name")), ("paper", _("Paper")))
    return Table("offices", _("Who holds which office"), columns, rows)


def signers(contract):
    """Who signed for the operator, and who holds it."""
    columns = (("what", _("What")), ("name", _("Name")), ("document", _("Document")))
    if contract is None:
        return Table("signers", _("Operator"), columns, [])
    power = f"{contract.representative_dni} {contract.power_entry}".strip()
    signer = {"what": _("Signs for the operator"), "name": contract.representative, "document": power}
    company = {"what": _("Operator"), "name": contract.operator_name, "document": contract.operator_document}
    holders = [
        {"what": _("Shareholder"), "name": row.name, "document": row.document}
        for row in contract.shareholders.all()
    ]
    return Table("signers", _("Operator"), columns, [company, signer, *holders])


def originals(kept):
    """Where the original of each guarantee is."""
    columns = (
        ("guarantee", _("Guarantee")),
        ("number", _("Number")),
        ("issuer", _("Issuer")),
        ("obligor", _("Given by")),
        ("custody", _("Where the original is kept")),
        ("state", _("State")),
    )
    rows = [
        {
            "guarantee": str(row),
            "number": row.number,
            "issuer": row.issuer,
            "obligor": f"{row.obligor_name} ({row.obligor_document})",
            "custody": row.custody,
            "state": row.get_state_display(),
        }
        for row in kept
        if row.state not in ("returned", "required")
    ]
    return Table("originals", _("Originals of the guarantees"), columns, rows)


def sureties(kept):
    """Who answers beside the operator."""
    columns = (("guarantee", _("Guarantee")), ("name", _("Name")), ("document", _("Document")))
    columns += (("address", _("Address")),)
    rows = [
        {"guarantee": str(row), "name": each.name, "document": each.document, "address": each.address}
        for row in kept
        for each in row.guarantors.all()
    ]
    return Table("sureties", _("Who answers beside the operator"), columns, rows)


def entries(kept):
    """Entries in the registries."""
    columns = (("guarantee", _("Guarantee")), ("entry", _("Entry")), ("office", _("Office of the registry")))
    rows = [
        {"guarantee": str(row), "entry": f"{row.registry_entry} {each.entry}".strip(), "office": each.office}
        for row in kept
        for each in row.registrations.all()
    ]
    return Table("entries", _("Entries in the registries"), columns, rows)
