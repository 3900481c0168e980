"""No longer term for the operator without those who answer for it (CC 1901)."""

from django.utils.translation import gettext_lazy as _

from guarantees.catalogue import CATALOGUE
from procurement.workflow import Unmet, guard

SURETIES = [code for code, instrument in CATALOGUE.items() if instrument.is_surety]


def without_assent(tender, at, until=None):
    """Return the sureties that an extension would end: nobody signed for them, or not that far."""
    standing = tender.guarantees.standing(at).filter(instrument__in=SURETIES).exclude(slot="bid")
    standing = standing.prefetch_related("assents")
    return [each for each in standing if not has_assented(each, until)]


def has_assented(guarantee, until):
    given = list(guarantee.assents.all())
    return bool(given) and (until is None or given[-1].until >= until)


def who_answers(guarantee):
    """Return the names that must sign: the sureties, or the issuer."""
    names = [each.name for each in guarantee.guarantors.all()]
    return ", ".join(names) or guarantee.issuer or str(guarantee)


@guard(
    code="guarantee.extension.surety-assent-missing",
    reason=_(
        "The term cannot be extended: surety %(guarantor)s has not assented and the surety would end. Get "
        "the signature first."
    ),
    rule=_("CC 1901"),
)
def guarantors_assent(subject, at):
    """Whether who answers agrees with the longer term; `subject.extended_until` says how long, if known."""
    tender = getattr(subject, "tender", subject)
    left = without_assent(tender, at, getattr(subject, "extended_until", None))
    return not left or Unmet(guarantor="; ".join(map(who_answers, left)))
