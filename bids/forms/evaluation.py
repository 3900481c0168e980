"""What is asked in the evaluation: a member's sheet, the decision on one criterion, defects, the draw."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bids.criteria import HUNDRED
from bids.models import Sheet
from procurement.forms.call import moment_field

LONG = forms.Textarea(attrs={"rows": 3})
READ = _("Say what you saw, and on which page. The bidder and the public will read it.")


def points_field(criterion):
    return forms.DecimalField(
        label=_("Points, 0 to 100"),
        min_value=0,
        max_value=HUNDRED,
        decimal_places=2,
        required=False,
        help_text=_("At least %(threshold)s are needed.") % {"threshold": criterion.threshold},
    )


class SheetForm(forms.Form):
    """One member's sheet about one bid: for each criterion a finding, a reason, points where it has them."""

    def __init__(self, criteria, *args, saved=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        saved = saved or {}
        for criterion in criteria:
            kept = saved.get(criterion.key, {})
            self.fields[f"{criterion.key}-finding"] = forms.ChoiceField(
                label=_("Your finding"),
                choices=Sheet.Finding.choices,
                widget=forms.RadioSelect,
                required=False,
                initial=kept.get("finding"),
            )
            if criterion.points:
                self.fields[f"{criterion.key}-points"] = points_field(criterion)
                self.fields[f"{criterion.key}-points"].initial = kept.get("points")
            self.fields[f"{criterion.key}-reason"] = forms.CharField(
                label=_("Reason, in plain words"),
                widget=LONG,
                max_length=2000,
                required=False,
                help_text=READ,
                initial=kept.get("reason"),
            )

    def clean(self):
        """A criterion with a finding has its reason, and its points; one without is left for later."""
        said = super().clean()
        for criterion in self.criteria:
            if not said.get(f"{criterion.key}-finding"):
                continue
            if not said.get(f"{criterion.key}-reason"):
                self.add_error(f"{criterion.key}-reason", _("Write the reason for your finding."))
            if criterion.points and said.get(f"{criterion.key}-points") is None:
                self.add_error(f"{criterion.key}-points", _("Write the points."))
        return said

    def answers(self):
        """Return what was found, as the service takes it."""
        said = self.cleaned_data
        found = {}
        for criterion in self.criteria:
            if not said.get(f"{criterion.key}-finding"):
                continue
            answer = {
                "finding": said[f"{criterion.key}-finding"],
                "reason": said[f"{criterion.key}-reason"],
            }
            if criterion.points:
                answer["points"] = said[f"{criterion.key}-points"]
            found[criterion.key] = answer
        return found

    def rows(self):
        """Return each criterion with its fields, for the page."""
        names = ("finding", "points", "reason")
        return [
            (
                criterion,
                [
                    self[f"{criterion.key}-{name}"]
                    for name in names
                    if f"{criterion.key}-{name}" in self.fields
                ],
            )
            for criterion in self.criteria
        ]


class DecisionForm(forms.Form):
    """What the committee decides together about one criterion of one bid."""

    meets = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Complies")), ("no", _("Does not comply"))],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
    )
    points = forms.DecimalField(label=_("Points, 0 to 100"), min_value=0, max_value=HUNDRED, decimal_places=2)
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=LONG, help_text=READ)
    evidence = forms.CharField(
        label=_("Paper that was looked at, and its page"), max_length=300, required=False
    )
    dissent = forms.CharField(
        label=_("Who did not agree, and why"), max_length=2000, widget=LONG, required=False
    )

    def __init__(self, criterion, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not criterion.points:
            del self.fields["points"]
        elif criterion.threshold:
            said = _("At least %(threshold)s are needed.") % {"threshold": criterion.threshold}
            self.fields["points"].help_text = said


class DefectForm(forms.Form):
    text = forms.CharField(
        label=_("What is missing or wrong, with its clause"),
        max_length=2000,
        widget=LONG,
        help_text=_("Ask only for what proves what was declared; nothing that changes the bid."),
    )


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("What completes it"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
    )
    file = forms.FileField(label=_("File"), required=False, help_text=_("PDF, JPEG or PNG, 20 MB at most."))


class SettleForm(forms.Form):
    accepted = forms.TypedChoiceField(
        label=_("Does it complete the bid?"),
        choices=[("yes", _("Yes, accept it")), ("no", _("No"))],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=LONG)


class ExcludeForm(forms.Form):
    reason = forms.CharField(
        label=_("Why the bid is not admitted"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )


class ReturnForm(forms.Form):
    how = forms.CharField(
        label=_("How it goes back"),
        max_length=300,
        help_text=_("For example: handed over closed to its representative, or destroyed closed."),
    )


class SignForm(forms.Form):
    dissent = forms.CharField(
        label=_("If you do not agree, write why"),
        max_length=2000,
        widget=LONG,
        required=False,
        help_text=_("Leave it empty to sign."),
    )


class DrawForm(forms.Form):
    """A draw that took place: the numbers as they came out, witnesses, a photo."""

    drawn = forms.CharField(
        label=_("Numbers in the order in which they came out"), help_text=_("For example: 2, 1")
    )
    method = forms.CharField(
        label=_("What was drawn, and how"),
        max_length=500,
        help_text=_("For example: numbered balls, from a bag that everybody looked into."),
    )
    place = forms.CharField(label=_("Place"), max_length=200)
    happened_at = moment_field(_("Day and hour of the draw"))
    witness_1 = forms.CharField(label=_("First witness"), max_length=200)
    witness_2 = forms.CharField(label=_("Second witness"), max_length=200)
    photo = forms.FileField(label=_("Photo of the draw"), help_text=_("JPEG or PNG, 20 MB at most."))

    def clean_drawn(self):
        parts = self.cleaned_data["drawn"].replace(",", " ").split()
        if not all(part.isdecimal() for part in parts):
            raise forms.ValidationError(_("Write only numbers."), code="invalid")
        return [int(part) for part in parts]
