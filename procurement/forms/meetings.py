"""What is asked about a meeting: where and when, who is invited, who came, what was told."""

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement.forms.call import moment_field
from procurement.forms.people import IdentityField
from procurement.models import Attendance, BidderMeeting, Invitation

LONG = forms.Textarea(attrs={"rows": 4})


class PlaceForm(forms.Form):
    place = forms.CharField(
        label=_("Where it is held"),
        max_length=200,
        help_text=_("Street and number, and what people know it by. It is published."),
    )


class InvitationForm(forms.ModelForm):
    file = forms.FileField(
        label=_("The receipt, scanned or photographed"),
        required=False,
        help_text=_("PDF, JPEG or PNG, 20 MB at most. It is never public."),
    )

    class Meta:
        model = Invitation
        fields = ["name", "sector", "medium", "sent_on", "proof"]
        widgets = {"sent_on": forms.DateInput}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is published and sent to every buyer."),
    )


class RescheduleForm(ReasonForm):
    to = moment_field(
        _("New day and hour"), help_text=_("Later than now, within the days that the terms allow.")
    )
    field_order = ["to", "reason"]


class AttendanceForm(forms.ModelForm):
    """One person at the door: quick to fill on a phone. Sector, sex and title stay as for the last one."""

    dni = IdentityField(help_text="")
    sex = forms.ChoiceField(label=_("Sex"), choices=Attendance.Sex, widget=forms.RadioSelect)
    receipt = forms.IntegerField(
        label=_("Receipt number, if they come for a buyer"), required=False, min_value=1
    )

    class Meta:
        model = Attendance
        fields = ["name", "dni", "sex", "sector", "capacity", "invitation"]

    def __init__(self, meeting, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        if not self.is_bound:
            self.fields["name"].widget.attrs["autofocus"] = True
        capacities = [each for each in Attendance.Capacity if meeting.number == 1 or each != "free"]
        self.fields["capacity"].choices = [(each.value, each.label) for each in capacities]
        self.fields["invitation"].queryset = Invitation.objects.filter(tender=meeting.tender)
        self.fields["invitation"].label = _("By which invitation, if they were invited")
        self.fields["invitation"].required = False
        if meeting.number == 1:
            del self.fields["invitation"]

    def validate_constraints(self):
        """Leave the model's constraints to the service, which says in words what is wrong."""


class QuestionForm(forms.Form):
    text = forms.CharField(label=_("What was asked"), max_length=2000, widget=LONG)
    answer = forms.CharField(label=_("What was answered"), max_length=2000, widget=LONG)
    changes_terms = forms.BooleanField(
        label=_("The answer changes the terms, or is not about filling the forms"), required=False
    )


class ReportForm(forms.Form):
    """What was told; at the second meeting, which of the four topics were dealt with (rule 46)."""

    topics = forms.MultipleChoiceField(
        label=_("Topics that were dealt with"),
        choices=BidderMeeting.Topic,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("All four close the minutes. If one is missing, meet again before you close."),
    )
    account = forms.CharField(
        label=_("What was told"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("In some lines, without names. The minutes are made from it."),
    )

    def __init__(self, meeting, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if meeting.number != 2:
            del self.fields["topics"]
