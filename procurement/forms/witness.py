"""What a witness of the log hands in: the public half of a key, or a head of the log with their signature."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 4000


class WitnessForm(forms.Form):
    key = forms.CharField(
        label=_("Public key of the witness"),
        max_length=300,
        help_text=_("The page makes it from your words; or paste that of a C2SP witness program."),
    )


class CosignForm(forms.Form):
    note = forms.CharField(
        label=_("Head of the log with your signature"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The page makes it from your words; or paste what a C2SP witness program signed."),
        strip=False,
    )
