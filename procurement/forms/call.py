"""What is asked about the call as a whole: its number to confirm, the act behind a change, its dates."""

from django import forms
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procurement import schedule as dates
from procurement.guards.problems import refusal
from procurement.models import DayOff
from procurement.services import changes
from procurement.services import dates as service

MISMATCH = _("The number you typed is not the number of this tender (%(number)s). Nothing was done.")


class ConfirmForm(forms.Form):
    """An act that cannot be undone: whoever does it types the number of the tender (interface.md)."""

    number = forms.CharField(label=_("To confirm, write the number of the tender"), max_length=20)

    def __init__(self, tender, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.tender = tender

    def clean_number(self):
        typed = self.cleaned_data["number"].strip()
        asked = typed or self.fields["number"].required
        if asked and typed != self.tender.number:
            code = "access.confirmation.number-mismatch"
            raise forms.ValidationError(MISMATCH, code=code, params={"number": self.tender.number})
        return typed

    def clean(self):
        """Hand on what the act says; the number has served."""
        self.cleaned_data.pop("number", None)
        return self.cleaned_data


def day_field(label, **options):
    return forms.DateField(label=label, widget=forms.DateInput, **options)


capitalized = lazy(lambda label: capfirst(gettext(label)), str)


def moment_field(label, **options):
    """Return a field for a day and an hour of Lima."""
    return forms.SplitDateTimeField(
        label=label, widget=forms.SplitDateTimeWidget(time_format="%H:%M"), **options
    )


class ActForm(ConfirmForm):
    """The act of the committee, the mayor or the council, and why; both are published."""

    act = forms.CharField(
        label=_("Act that decides it"),
        max_length=200,
        help_text=_("As it is cited: Acta 012-2026 del comité, Resolución de Alcaldía 040-2026."),
    )
    happened_on = day_field(_("Day of the act"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=4000,
        widget=forms.Textarea,
        help_text=_("It is published and sent to every buyer. Do not name anybody who asked for it."),
    )


class ReasonForm(ConfirmForm):
    """Why; by which act, the records say."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=4000,
        widget=forms.Textarea,
        help_text=_("It is published and sent to every buyer."),
    )


class PostponeForm(ActForm):
    """Which date moves, and to when; the later ones follow."""

    milestone = forms.ChoiceField(label=_("First date that moves"))
    to = moment_field(_("New day and hour"))
    field_order = ["milestone", "to", "act", "happened_on", "reason"]

    def __init__(self, tender, at, *args, **kwargs):
        super().__init__(tender, *args, **kwargs)
        self.fields["milestone"].choices = [(name, labelled(name)) for name in changes.movable(tender, at)]
        self.initial.setdefault("milestone", "submission_deadline")

    def clean(self):
        super().clean()
        name, to = self.cleaned_data.get("milestone"), self.cleaned_data.get("to")
        if name and to and to <= getattr(self.tender.schedule, name):
            later = _("A postponement moves the date later than it is now.")
            self.add_error("to", forms.ValidationError(later, code="tender.postponement.date-not-later"))
        return self.cleaned_data


class ReturnForm(ReasonForm):
    """Why the call goes back, and until when bids may be presented again."""

    to = moment_field(
        _("New deadline for bids"),
        required=False,
        help_text=_("Needed where the present one has passed. The later dates follow it."),
    )


class OverrideForm(forms.Form):
    """A warning for which a named person answers."""

    reason = forms.CharField(
        label=_("Why you go on"),
        max_length=2000,
        widget=forms.Textarea,
        help_text=_("Your name and this reason stand in the public log."),
    )


# The dates


class AnchorsForm(forms.Form):
    """The three dates that the committee decides; the others are proposed around them."""

    announcement = moment_field(_("Announcement"))
    query_deadline = moment_field(
        _("Queries, until"), help_text=_("Buyers ask until then. The second meeting comes three days before.")
    )
    submission_deadline = moment_field(
        _("Deadline for bids"),
        help_text=_("People need time to find partners: count from the announcement, and be generous."),
    )


class ScheduleForm(forms.Form):
    """All the dates of a call; what is wrong with them stands beside the date that it concerns."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def __init__(self, tender, at, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.tender, self.at = tender, at
        for name, label in dates.LABELS.items():
            required = name not in (*dates.MEETINGS, "opening_2")
            self.fields[name] = moment_field(capitalized(label), required=required)
        for name in dates.MEETINGS:
            self.fields[f"skip_{name}"] = forms.CharField(
                label=_("Only if it is left out: why"), required=False, max_length=500
            )

    def clean(self):
        """Judge the dates as the service will, so that each finding stands at its date."""
        if self.errors:
            return self.cleaned_data
        dated = {name: self.cleaned_data.get(name) for name in dates.MILESTONES}
        skipped = {
            name: self.cleaned_data[f"skip_{name}"]
            for name in dates.MEETINGS
            if dated[name] is None and self.cleaned_data[f"skip_{name}"].strip()
        }
        for problem in service.problems_of_dates(self.tender, dated, skipped, self.at):
            if not problem.warning:
                error = forms.ValidationError(refusal(problem).sentence, code=problem.code)
                self.add_error(problem.subject or None, error)
        return {"version": self.cleaned_data["version"], "dated": dated, "skipped": skipped}

    def show_version(self, version):
        """After a stale save: the next one is made in sight of the other's dates."""
        self.data = self.data.copy()
        self.data["version"] = version


class DayOffForm(forms.ModelForm):
    """One day that departs from the working week."""

    class Meta:
        model = DayOff
        fields = ["date", "name", "kind", "source"]
        widgets = {"date": forms.DateInput}
        help_texts = {"source": _("The norm or agreement that says so, with its number.")}


class YearForm(forms.Form):
    """A year whose days off are all entered."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)


def labelled(name):
    return gettext(dates.LABELS[name])
