"""Forms of one thing each, whose answers are shown to be checked before they count."""

from datetime import date
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import BLANK_CHOICE_DASH
from django.forms.models import construct_instance
from django.utils.formats import date_format, localize
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

YES_NO = [("yes", _("Yes")), ("no", _("No"))]


def said(field, value):
    """Show one answer in words; an empty one as a dash."""
    if value in (None, "", [], {}):
        return "—"
    if isinstance(field, forms.ModelChoiceField):
        return str(field.label_from_instance(value))
    if isinstance(field, forms.MultipleChoiceField):
        labels = dict(field.choices)
        return "; ".join(str(labels[each]) for each in value)
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(field, forms.ChoiceField):
        return str({str(key): label for key, label in field.choices}.get(str(value), value))
    if isinstance(value, date):
        return date_format(value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {each}" for name, each in value.items())
    return localize(value) if isinstance(value, int | Decimal) else str(value)


class Answers(forms.Form):
    """A form that can show its answers again, and hand them to a service."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 4

    def answers(self):
        """Return (name of the field, its label, the answer in words) of everything that was asked."""
        return [
            (bound.auto_id, bound.label, said(bound.field, self.cleaned_data.get(bound.name)))
            for bound in self
            if not bound.is_hidden
        ]

    def record(self):
        """Return the answers as the service takes them."""
        return dict(self.cleaned_data)


class ModelAnswers(Answers, forms.ModelForm):
    """The same, with the words and limits of a model's fields. A service writes the record, not the form."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.RadioSelect):  # no answer is chosen beforehand
                field.choices = [each for each in field.choices if each not in BLANK_CHOICE_DASH]

    def _post_clean(self):
        """Check the answers against the limits of the fields alone.

        Constraints would be reported by their names: the service says in words what is wrong.
        """
        fields = self._meta.fields
        self.instance = construct_instance(self, self.instance, fields)
        try:
            self.instance.clean_fields(exclude=self._get_validation_exclusions())
        except ValidationError as invalid:
            self._update_errors(invalid)


def yes_no(label, **options):
    """Return a field with two answers, neither of them chosen beforehand."""
    return forms.TypedChoiceField(
        label=label,
        choices=YES_NO,
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        **options,
    )


class Paper(forms.Form):
    """The document that proves what was answered."""

    file = forms.FileField(
        label=_("The document, scanned or photographed"),
        help_text=_("PDF, JPEG or PNG, 20 MB at most. Write no identity documents in it: it is published."),
    )

    def __init__(self, *args, required=True, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].required = required


class Reason(Answers):
    """Why; it is published."""

    reason = forms.CharField(
        label=_("Why it no longer counts"),
        max_length=500,
        widget=forms.Textarea,
        help_text=_("It is published beside what it crosses out."),
    )
