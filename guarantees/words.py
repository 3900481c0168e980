"""What the log says of guarantees, in words for a neighbour."""

from django.utils.translation import gettext_lazy as _

from procurement import chronicle

WORDS = {
    "guarantee.require": _("A guarantee was asked for."),
    "guarantee.waive": _("A guarantee is not asked for, with a reason."),
    "guarantee.present": _("Treasury received a guarantee."),
    "guarantee.observe": _("A correction of a guarantee was asked for."),
    "guarantee.verify": _("The legal adviser reported on a guarantee."),
    "guarantee.accept": _("A guarantee was accepted."),
    "guarantee.reject": _("A guarantee was not accepted."),
    "guarantee.register": _("The registration of a guarantee was recorded."),
    "guarantee.take_effect": _("A guarantee took effect."),
    "guarantee.fall_due": _("The renewal of a guarantee is due."),
    "guarantee.renew": _("A guarantee was renewed."),
    "guarantee.expire": _("A guarantee expired; it may still be claimed for some days."),
    "guarantee.claim": _("It was ordered to claim a guarantee."),
    "guarantee.dismiss": _("The claim of a guarantee was dropped."),
    "guarantee.execute": _("A guarantee was paid out."),
    "guarantee.lose": _("A guarantee was lost: nobody claimed it in time."),
    "guarantee.release": _("A guarantee was released."),
    "guarantee.return_it": _("The original of a guarantee was handed back."),
    "guarantee.guarantor": _("Who answers with a guarantee was written down."),
    "guarantee.appraise": _("The goods behind a guarantee were appraised."),
    "guarantee.rent": _("The rent of a house given as guarantee came in."),
    "guarantee.assent": _("Who answers for a guarantee agreed with a longer term."),
    "contingency.plan": _("The contingency plan was written."),
}
chronicle.WORDS |= WORDS
