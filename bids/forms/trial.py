"""What a committee invents to try its rules: bidders, and the rules themselves (rules 55, 65, 76)."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from bids import scoring
from bids.services.ranking import MODES, REASONS
from guarantees.catalogue import CATALOGUE
from procurement.parameters import PARAMETERS

FEWEST, MOST = 2, 8
INVENTED = (  # what stands there before anybody invents anything: name, %, local, means, instrument
    (_("Company from outside"), "10.00", False, "30000.00", "CARTA_FIANZA"),
    (_("Cooperative of the town"), "9.20", True, "8000.00", "HIPOTECA"),
    (_("Engineer of the town"), "7.50", True, "4000.00", "FIANZA_SOLIDARIA"),
)
CHAINS = (("percentage", "local"), ("local", "percentage"), ("percentage",), ("local",), ())
WORDS = {
    "percentage": _("higher percentage"),
    "local": _("local one"),
    "technical": _("higher technical number"),
    "draw": _("draw"),
}


def choices_of(key):
    return [(code, _(label)) for code, label in PARAMETERS[key].choices.items()]


def chain_said(chain):
    """Say a tie chain in a line."""
    return " → ".join(str(WORDS[link]) for link in (*chain, "draw"))


def amount(label, **more):
    return forms.DecimalField(label=label, max_digits=12, decimal_places=2, min_value=0, **more)


class PercentageField(forms.CharField):
    """A percentage as an envelope writes it; what the rules of an offer refuse is refused in their words."""

    def clean(self, value):
        text = scoring.normalise_percentage(super().clean(value))
        if not text:
            return None
        try:
            return scoring.parse_percentage(text)
        except scoring.InvalidOffer as refused:
            raise forms.ValidationError(REASONS[refused.code], code=refused.code) from None


def hundredths_field(label, **more):
    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "short"})
    return PercentageField(label=label, max_length=12, widget=widget, **more)


class RuleForm(forms.Form):
    """The rules that are tried: what the terms state so far, and what one might state instead."""

    mode = forms.ChoiceField(
        label=_("Preference for the local bidder"), choices=choices_of("local_preference.mode")
    )
    value = hundredths_field(_("Size of the preference, in points or per cent"), required=False)
    minimum = hundredths_field(_("Lowest percentage admitted"))
    ranking_values = forms.ChoiceField(
        label=_("What the ranking goes by"), choices=choices_of("ranking_values")
    )
    ties = forms.ChoiceField(label=_("How ties are settled, in order"))
    technical_weight = hundredths_field(_("Weight of the technical proposal"))
    bid = amount(_("Bid bond, in soles"), required=False)
    performance = amount(_("Performance bond, in soles"), required=False)
    moving = forms.TypedChoiceField(label=_("Whose offer is moved to see who wins"), coerce=int)
    top = hundredths_field(_("Up to which offer, in %"))

    def __init__(self, *arguments, chain, technical, slots, number, **named):
        super().__init__(*arguments, **named)
        moved = [(each, _("Invented bidder %(number)s") % {"number": each}) for each in range(1, number + 1)]
        self.fields["moving"].choices = moved
        chains = dict.fromkeys([chain, *CHAINS])
        self.fields["ties"].choices = [(",".join(each), chain_said(each)) for each in chains]
        if not technical:
            del self.fields["technical_weight"]
        for slot in ("bid", "performance"):
            if slot not in slots:
                del self.fields[slot]

    def clean(self):
        """A preference has its size; nothing is filled in for it."""
        said = super().clean()
        if said.get("mode") != "none" and "value" in said and said["value"] is None:
            self.add_error("value", _("Write how large the preference is, or choose no preference."))
        return said

    def scale(self, *, points, maximum, zero_forbidden):
        """Return the rules as the account of the ranking takes them."""
        said = self.cleaned_data
        weight = said.get("technical_weight") or Decimal(0)
        mode = MODES[said["mode"]]
        return scoring.Scale(
            minimum=said["minimum"],
            maximum=maximum,
            zero_forbidden=zero_forbidden,
            method="proportional",
            economic_weight=points - weight,
            technical_weight=weight,
            local_preference=mode,
            local_value=Decimal(0) if mode == "none" else said["value"],
            ranking_values=said["ranking_values"],
            ties=(*[link for link in said["ties"].split(",") if link], "draw"),
        )


class BidderForm(forms.Form):
    """One invented bidder: what it offers, whether it is local, and what it could leave as a guarantee."""

    name = forms.CharField(label=_("Name that you invent"), max_length=40)
    percentage = hundredths_field(_("It offers, in %"))
    is_local = forms.BooleanField(label=_("It is local"), required=False)
    technical = hundredths_field(_("Points of its technical proposal, 0 to 100"))
    means = amount(_("What it could leave as a guarantee, in soles"))
    instrument = forms.ChoiceField(
        label=_("As what"), choices=[(code, _(kind.label)) for code, kind in CATALOGUE.items()]
    )

    def __init__(self, *arguments, technical, **named):
        super().__init__(*arguments, **named)
        if not technical:
            del self.fields["technical"]

    def offer(self, number):
        """Return the offer of this bidder, under its number."""
        said = self.cleaned_data
        return scoring.Offer(
            str(number), said["percentage"], said["is_local"], said.get("technical", Decimal(0))
        )


class Trial:
    """The forms of one trial as a whole, as an error summary reads a formset."""

    def __init__(self, rule, bidders):
        self.rule, self.bidders = rule, bidders
        self.forms = [rule, *bidders]

    @property
    def errors(self):
        return any(each.errors for each in self.forms)

    def non_form_errors(self):
        return []

    def is_valid(self):
        return self.rule.is_bound and not self.errors


def initial_bidder(number):
    """Return what an invented bidder is before anybody changes it."""
    name, offered, is_local, means, instrument = INVENTED[(number - 1) % len(INVENTED)]
    suffix = "" if number <= len(INVENTED) else f" {number}"
    return {
        "name": f"{name}{suffix}",
        "percentage": offered,
        "is_local": is_local,
        "technical": "100",
        "means": means,
        "instrument": instrument,
    }
