"""What is asked about queries and circulars: the question, its answer, what changes, who is present."""

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement import committee, parameters
from procurement.forms.call import ConfirmForm, moment_field
from procurement.models import Query, TermsSale, User

LONG = forms.Textarea(attrs={"rows": 5})


def clause_field():
    return forms.CharField(
        label=_("Clause of the terms"), required=False, max_length=20, help_text=_("Such as 10.2.")
    )


def query_field():
    return forms.CharField(
        label=_("Query"),
        max_length=2000,
        widget=LONG,
        help_text=_("One matter each time. Do not say who you are: everybody will read it."),
    )


class AskForm(forms.Form):
    clause = clause_field()
    text = query_field()
    confirmed = forms.BooleanField(
        label=_("Hide what names me, and send it"), required=False, widget=forms.HiddenInput
    )

    def offer_to_hide(self):
        """After a warning: the next sending may be confirmed."""
        self.fields["confirmed"].widget = forms.CheckboxInput()


class EnterForm(forms.Form):
    """A query that a buyer left on paper."""

    purchase = forms.ModelChoiceField(
        label=_("Receipt of the purchase"), queryset=TermsSale.objects.none(), to_field_name="receipt"
    )
    received_at = moment_field(_("Received at the desk, day and hour"))
    clause = clause_field()
    text = query_field()

    def __init__(self, tender, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["purchase"].queryset = tender.terms_sales.bought().order_by("receipt")


class CaptureForm(forms.Form):
    """A query that somebody asks aloud."""

    attendance = forms.ModelChoiceField(
        label=_("Who asks"), queryset=None, help_text=_("Only you see it: no paper says who asked.")
    )
    clause = clause_field()
    text = query_field()

    def __init__(self, meeting, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["attendance"].queryset = meeting.attendances.filter(capacity__in=["buyer", "invitee"])
        self.fields["text"].help_text = _("As it was asked. Read it back before you number it.")


class RedactForm(forms.Form):
    text = forms.CharField(
        label=_("Query as everybody will read it"),
        max_length=2000,
        widget=LONG,
        help_text=_("Take out whatever says who asks; change nothing else."),
    )


class RejectForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is returned"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(label=_("Equal to"), queryset=Query.objects.none())

    def __init__(self, query, *args, **kwargs):
        super().__init__(*args, **kwargs)
        waiting = query.tender.queries.heads().filter(state__in=["numbered", "drafted"])
        self.fields["into"].queryset = waiting.exclude(pk=query.pk)
        self.fields["into"].label_from_instance = lambda each: f"{each}: {each.text[:70]}"


class ChangeForm(forms.Form):
    """One change of the terms: a clause with its new words, or a value."""

    clause = forms.CharField(
        label=_("Clause that changes"), required=False, max_length=20, help_text=_("Such as 10.2.")
    )
    new_text = forms.CharField(label=_("New words of the clause"), required=False, widget=LONG)
    parameter = forms.ChoiceField(label=_("Or a value that changes"), required=False)
    value = forms.CharField(label=_("New value"), required=False, max_length=500)

    def __init__(self, tender, *args, **kwargs):
        super().__init__(*args, **kwargs)
        stated = [(key, parameters.PARAMETERS[key].label) for key in tender.stated]
        self.fields["parameter"].choices = [("", "—"), *[(key, _(label)) for key, label in stated]]


class AnswerForm(ChangeForm):
    """The draft of an answer; where it changes the terms it says so and how."""

    answer = forms.CharField(
        label=_("Words of the answer"),
        max_length=4000,
        widget=LONG,
        help_text=_("To everybody, with the same words. Do not guess who asked."),
    )
    changes_terms = forms.BooleanField(label=_("This answer changes the terms"), required=False)
    field_order = ["answer", "changes_terms"]


class CircularForm(forms.Form):
    subject = forms.CharField(label=_("Subject"), max_length=150)
    text = forms.CharField(
        label=_("What the committee says besides the answers"), required=False, max_length=4000, widget=LONG
    )
    answers = forms.ModelMultipleChoiceField(
        label=_("Queries that it answers"),
        queryset=Query.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, tender, *args, circular=None, **kwargs):
        super().__init__(*args, **kwargs)
        ready = tender.queries.heads().filter(state="drafted")
        mine = ready.filter(circular=None) | ready.filter(circular=circular)
        self.fields["answers"].queryset = mine
        self.fields["answers"].label_from_instance = lambda each: f"{each}: {each.text[:90]}"
        self.initial.setdefault("answers", list(mine) if circular is None else list(circular.answers()))


class PresentForm(ConfirmForm):
    """Who of the committee is present at an act; the number of the tender confirms it."""

    present = forms.ModelMultipleChoiceField(
        label=_("Members present"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    field_order = ["present", "number"]

    def __init__(self, tender, at, *args, **kwargs):
        super().__init__(tender, *args, **kwargs)
        seated = [seat.user_id for seat in committee.sitting(tender, at)]
        self.fields["present"].queryset = User.objects.filter(pk__in=seated)


class SendForm(ConfirmForm):
    """Send a circular; a late change moves the deadline for bids with it."""

    to = moment_field(_("New deadline for bids"), required=False)

    def __init__(self, tender, *args, proposed=None, **kwargs):
        super().__init__(tender, *args, **kwargs)
        if proposed is None:
            del self.fields["to"]
        else:
            self.fields["to"].required = True
            self.initial["to"] = proposed
