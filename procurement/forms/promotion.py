"""What is noted of the promotion: prospects, contacts, help given, barriers, what the town was told."""

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement.models import BarrierCheck, Communication, Contact, Prospect, Support
from procurement.models.promotion import NoBidReason


class ProspectForm(forms.ModelForm):
    class Meta:
        model = Prospect
        fields = ["name", "profile", "origin", "reach", "phone", "email"]


class ContactForm(forms.ModelForm):
    class Meta:
        model = Contact
        fields = ["kind", "medium", "happened_on", "note"]
        widgets = {"happened_on": forms.DateInput, "note": forms.Textarea(attrs={"rows": 3})}


class ProspectNoBidForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why not"), choices=NoBidReason, widget=forms.RadioSelect)
    note = forms.CharField(label=_("In their words"), max_length=500, required=False)


class SupportForm(forms.ModelForm):
    class Meta:
        model = Support
        fields = ["topic", "text", "for_all", "happened_on"]
        widgets = {"happened_on": forms.DateInput, "text": forms.Textarea(attrs={"rows": 5})}
        help_texts = {"text": _("Without saying to whom. It is public.")}


class AnswerForm(forms.Form):
    """The committee's answer to a buyer who asks for more time; it goes to all."""

    granted = forms.TypedChoiceField(
        label=_("Is more time given?"),
        choices=[("yes", _("Yes; the dates are moved by a postponement")), ("no", _("No"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("All buyers get it, with the same words. It does not say who asked."),
    )


class BarrierForm(forms.ModelForm):
    surmountable = forms.TypedChoiceField(
        label=_("Can people of the town meet it?"),
        choices=[("yes", _("Yes")), ("no", _("No, it keeps them out"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )

    class Meta:
        model = BarrierCheck
        fields = ["surmountable", "finding"]
        widgets = {"finding": forms.Textarea(attrs={"rows": 3})}


class CommunicationForm(forms.ModelForm):
    proof = forms.FileField(
        label=_("Proof: a photograph or the page"),
        required=False,
        help_text=_("PDF, JPEG or PNG, 20 MB at most. It is published."),
    )

    class Meta:
        model = Communication
        fields = ["medium", "text", "audience", "happened_on"]
        widgets = {"happened_on": forms.DateInput, "text": forms.Textarea(attrs={"rows": 4})}


class QuestionForm(forms.Form):
    """A neighbour's question, without name."""

    text = forms.CharField(
        label=_("Your question"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Do not write your name: question and answer are published."),
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self):
        """A field that no person sees: whoever fills it is a program."""
        if self.cleaned_data.pop("website", ""):
            raise forms.ValidationError(_("Nothing was saved."), code="question.text.program")
        return self.cleaned_data


class PublicAnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Answer"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("In plain words. It explains; it changes no terms."),
    )
