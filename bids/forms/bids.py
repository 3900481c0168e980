"""What a bidder writes: it goes into the envelopes or back to the bidder as a draft, and rests nowhere."""

import json
from decimal import Decimal

from django import forms
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from bids import content
from bids.criteria import value
from bids.scoring import InvalidOffer, parse_percentage, words
from procurement.forms.call import ConfirmForm
from procurement.forms.people import IdentityField

DRAFT = "borrador/1"
LONGEST_DRAFT = 65_536  # bytes
MORE_ROWS = 2  # of the team, beyond how many the terms ask for


def area(label, rows=4, **more):
    return forms.CharField(label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), **more)


def soles(label, **more):
    return forms.DecimalField(label=label, max_digits=12, decimal_places=2, min_value=0, **more)


class StatementForm(forms.Form):
    """What envelope 1 says of the bidder; the second half is read by the committee alone."""

    origin = forms.CharField(label=_("Where you are from, and since when"), max_length=300)
    local = forms.BooleanField(label=_("I ask for the preference for local bidders"), required=False)
    experience = area(_("What you have done in public services"), help_text=_("Where, what, how long."))
    working_capital = soles(_("Money to begin with, in soles"))
    assets = soles(_("Goods that can stand for you, in soles"), required=False)
    administration = area(_("How you keep accounts and papers, and who does it"), rows=3)
    bid_bond = forms.CharField(
        label=_("Guarantee of the bid: what it is, and its number"), max_length=200, required=False
    )
    representative = forms.CharField(label=_("Who signs for the bidder"), max_length=200)
    dni = IdentityField(label=_("Identity document of who signs"))
    address = forms.CharField(label=_("Address for notices"), max_length=300)
    phone = forms.CharField(label=_("Telephone"), max_length=20)

    RESERVED = ["representative", "dni", "address", "phone"]

    def __init__(self, tender, *args, **kwargs):
        super().__init__(*args, **kwargs)
        least = value(tender, "gate.financial_minimum")
        if least is not None:
            asked = gettext("The terms ask for S/ %(least)s at least.") % {"least": f"{least:,.2f}"}
            self.fields["working_capital"].help_text = asked
        self.fields["bid_bond"].required = value(tender, "guarantees.bid.amount", 0) > 0

    def said(self, names):
        """Return some of the answers as text, the ticks as they are."""
        answers = {name: self.cleaned_data[name] for name in names}
        return {
            name: f"{answer:.2f}" if isinstance(answer, Decimal) else "" if answer is None else answer
            for name, answer in answers.items()
        }


class MemberForm(forms.Form):
    """One person of the team (rules 12, 161)."""

    name = forms.CharField(label=_("Name"), max_length=200)
    role = forms.CharField(label=_("Task in the team"), max_length=200)
    years = forms.IntegerField(label=_("Years in water and sanitation"), min_value=0, max_value=70)
    sector = forms.BooleanField(label=_("Has worked in an EPS, a JASS or a municipality"), required=False)


class TeamFormSet(forms.BaseFormSet):
    """The team: as many as the terms ask for, one of them with experience where they ask for that."""

    def __init__(self, data=None, *, tender, initial=None):
        self.least = value(tender, "team.minimum_members", 1)
        self.needs_sector = value(tender, "team.experience_required", False)
        super().__init__(data, prefix="team", initial=initial)
        self.extra = max(0, self.least + MORE_ROWS - self.initial_form_count())

    def members(self):
        return [form.cleaned_data for form in self.forms if form.has_changed() and form.cleaned_data]

    def clean(self):
        members = self.members()
        if not any(self.errors) and len(members) < self.least:
            few = _("The terms ask for %(least)s people in the team, and there are %(members)s.")
            facts = {"least": self.least, "members": len(members)}
            raise forms.ValidationError(few, code="bid.team.too-few", params=facts)
        if self.needs_sector and not any(member["sector"] for member in members):
            nobody = _("The terms ask for somebody who has worked in an EPS, a JASS or a municipality.")
            raise forms.ValidationError(nobody, code="bid.team.no-experience")


Team = forms.formset_factory(MemberForm, formset=TeamFormSet, extra=0, max_num=30, absolute_max=30)


class OfferForm(forms.Form):
    """The percentage for the Investment Fund: one number with two decimals (rules 55, 59)."""

    percentage = forms.CharField(
        label=_("Percentage for the investment fund"),
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "short"}),
    )

    def __init__(self, tender, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.least = value(tender, "fund_percentage.minimum", Decimal(0))
        self.most = value(tender, "fund_percentage.maximum", Decimal(100))
        self.no_zero = value(tender, "zero_forbidden", False)
        limits = gettext("Two decimals, between %(least)s and %(most)s. Only the number.")
        self.fields["percentage"].help_text = limits % {"least": self.least, "most": self.most}

    def clean_percentage(self):
        typed = self.cleaned_data["percentage"].replace(",", ".").removesuffix("%").strip()
        try:
            offered = parse_percentage(typed)
        except InvalidOffer as refused:
            unreadable = _("Write the percentage with two decimals, for example 10.20.")
            raise forms.ValidationError(unreadable, code=refused.code) from None
        if not self.least <= offered <= self.most or (self.no_zero and not offered):
            outside = _("The terms admit from %(least)s to %(most)s. Outside that the offer is not valid.")
            facts = {"least": self.least, "most": self.most}
            raise forms.ValidationError(outside, code="bid.offer.outside-limits", params=facts)
        return offered

    def written(self):
        """Return the offer as it goes into the envelope: the product writes the words (decision 11)."""
        offered = self.cleaned_data["percentage"]
        return content.written({"percentage": f"{offered:.2f}", "words": words(offered)})


class IncompleteForm(forms.Form):
    """Whoever lacks a paper says that they seal without it: the committee judges it (rule 54)."""

    without = forms.BooleanField(
        label=_("I seal without these papers. The committee may not admit my bid for it."), required=False
    )


def written_draft(tender, posted):
    """Return what was typed as a file for the bidder: everything but the percentage, and no file."""
    left_out = ("csrfmiddlewaretoken", "percentage", "without")
    fields = {
        name: values[-1]
        for name, values in posted.lists()
        if name not in left_out and not name.startswith(("paper-", "key_file"))
    }
    document = {"v": DRAFT, "tender": tender.ocid, "fields": fields}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1).encode()


def read_draft(tender, data):
    """Return what a draft file says: answers, and a list of the team; refuse whatever else was picked."""
    try:
        document = json.loads(data[:LONGEST_DRAFT])
        fields = {str(name): str(said) for name, said in document["fields"].items()}
        if (document["v"], document["tender"]) != (DRAFT, tender.ocid):
            raise ValueError("of another call")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        other = gettext_lazy("This is not a draft of this call. Choose the file that you saved here.")
        raise forms.ValidationError(other, code="bid.draft.foreign-file") from None
    names = MemberForm.base_fields
    rows = [{name: fields.get(f"team-{row}-{name}", "") for name in names} for row in range(30)]
    return fields, [row for row in rows if any(row.values())]


class PresentForm(ConfirmForm):
    """The last question before a bid is presented."""

    saved = forms.BooleanField(label=_("I have saved my key file where I find it again"))

    def clean(self):
        super().clean()
        self.cleaned_data.pop("saved", None)
        return self.cleaned_data


class TicksForm(forms.Form):
    """Which papers the bidder has together: kept here, so that the work can be left and taken up again."""

    ticks = forms.MultipleChoiceField(
        label=_("Papers that I have"), required=False, widget=forms.CheckboxSelectMultiple
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, papers, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ticks"].choices = [(paper.key, gettext(paper.label)) for paper in papers]
