"""What those who bid, or did not, in the call before could give (rules 61, 163)."""

from django.utils.translation import gettext as _

from bids.services.deserted import declared_assets, no_bid_reasons
from guarantees.barriers import bonds, names
from guarantees.sizing import Barrier
from procurement import barriers
from procurement.barriers import Finding


def means(tender):
    """Measure each bond by the goods that bidders of the call before declared, and by who named it."""
    if tender.previous is None:
        return
    assets, reasons = declared_assets(tender.previous), no_bid_reasons(tender.previous)
    for slot, barrier in bonds(tender) if assets else ():
        measured = Barrier(barrier.bond, barrier.house_value, barrier.annual_turnover, assets)
        text = _("%(name)s: %(out)s of %(all)s bidders of the call before declared goods worth less.")
        facts = {"name": names()[slot], "out": measured.out_of_reach, "all": len(assets)}
        yield Finding(text % facts, _("rule 163"), measured.out_of_reach > 0)
    if reasons["guarantee"]:
        text = _("%(count)s did not bid in the call before because of the guarantee.")
        yield Finding(text % {"count": reasons["guarantee"]}, _("rule 61"), True)


barriers.SOURCES["guarantee"].append(means)
