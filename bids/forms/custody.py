"""What is asked about custodians: who they are, and the words of their paper."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bids.models import Custodian
from procurement.models import User
from procurement.roles import Role, standing


class NameForm(forms.Form):
    """Who keeps a share of the keys: somebody of the committee or the JVS, or the notary by name."""

    group = forms.ChoiceField(label=_("For whom"), choices=Custodian.Group, widget=forms.RadioSelect)
    user = forms.ModelChoiceField(
        label=_("Person with an account"), queryset=User.objects.none(), required=False
    )
    full_name = forms.CharField(
        label=_("Name of the notary or justice of the peace"), max_length=100, required=False
    )

    def __init__(self, tender, at, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = [role.value for role in (Role.COMMITTEE, Role.SECRETARY, Role.JVS)]
        seats = tender.appointments.filter(standing(at), group__name__in=names)
        self.fields["user"].queryset = User.objects.filter(appointments__in=seats).distinct()

    def clean(self):
        """The notary has no account, everybody else has one (decision 5)."""
        said = self.cleaned_data
        if said.get("group") == Custodian.Group.NOTARY:
            said["user"] = None
            if not said.get("full_name"):
                self.add_error("full_name", _("Write the name of the notary or justice of the peace."))
        else:
            said["full_name"] = ""
        return said


class WordsForm(forms.Form):
    """The words of the paper, as they are typed."""

    words = forms.CharField(
        label=_("The 24 words of your paper, in order"),
        max_length=600,
        widget=forms.Textarea(
            attrs={"rows": 5, "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        help_text=_("Read them from the paper. The first four letters of each are enough."),
    )


class LostForm(forms.Form):
    reason = forms.CharField(
        label=_("What happened"), max_length=300, help_text=_("It stands in public minutes. No addresses.")
    )
    report = forms.CharField(
        label=_("Police report or other proof"), max_length=150, required=False, help_text=_("Its number.")
    )


class DismissForm(forms.Form):
    reason = forms.CharField(label=_("Why another person keeps this key"), max_length=300)
