"""What is asked about people: who they are, which role, by which document, from when until when."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from procurement.models import Appointment, Municipality, User
from procurement.roles import OFFICES, Role

ORDER = ["role", "position", "dni", "first_name", "last_name", "document", "upload", "start", "end"]
LIMA = ZoneInfo("America/Lima")
ON_A_TENDER = [Role.COMMITTEE, Role.SECRETARY, Role.JVS, Role.ADVISER]


def midnight(day):
    """Return the instant at which a day begins in Lima."""
    return datetime.combine(day, time.min, LIMA)


class IdentityField(forms.CharField):
    """The number of an identity document, however it is typed."""

    def __init__(self, **options):
        label = options.pop("label", _("Identity document (DNI)"))
        hint = _("Eight figures, without dashes. For a foreigner's card, its number.")
        super().__init__(label=label, help_text=options.pop("help_text", hint), max_length=20, **options)
        self.validators += User._meta.get_field("dni").validators

    def to_python(self, value):
        return super().to_python(value).replace(" ", "").replace("-", "").replace(".", "").upper()


class PersonForm(forms.Form):
    """Who it is. An account is made where there is none for the document."""

    dni = IdentityField()
    first_name = forms.CharField(label=_("Given names"), max_length=150)
    last_name = forms.CharField(label=_("Surnames"), max_length=150)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=20, required=False)


class TermForm(forms.Form):
    """By which document, from which day, and until which: the last day counts."""

    document = forms.CharField(
        label=_("Resolution or agreement"),
        max_length=200,
        help_text=_("As it is cited: Resolución de Alcaldía 010-2026-MDL."),
    )
    upload = forms.FileField(
        label=_("The document, scanned or photographed"),
        required=False,
        help_text=_("PDF, JPEG or PNG, 20 MB at most."),
    )
    start = forms.DateField(
        label=_("From"), required=False, help_text=_("Left empty: from now on."), widget=forms.DateInput
    )
    end = forms.DateField(
        label=_("Until, that day included"),
        required=False,
        help_text=_("Left empty: until it is ended."),
        widget=forms.DateInput,
    )

    def clean_start(self):
        day = self.cleaned_data["start"]
        return day and midnight(day)

    def clean_end(self):
        day = self.cleaned_data["end"]
        return day and midnight(day + timedelta(days=1))


class DeliveryForm(forms.Form):
    """How a person wants to be told."""

    delivery = forms.ChoiceField(
        label=_("How do you want to be told?"), choices=User.Delivery, widget=forms.RadioSelect
    )
    email = forms.EmailField(
        label=_("Your e-mail"),
        required=False,
        max_length=254,
        help_text=_("Read it letter by letter: what we write to you goes there."),
    )


class MayorForm(PersonForm, TermForm):
    """The first mayor of a municipality, whom the host invites."""

    start = None
    field_order = ORDER

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["document"].help_text = _(
            "The credential that the electoral board gave, with its number."
        )


class OfficialForm(PersonForm, TermForm):
    """An office of the municipality; a delegate may not give those that are reserved to the mayor."""

    def __init__(self, *args, offices=tuple(OFFICES), **kwargs):
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *((role.value, role.label) for role in offices)]
        self.fields["role"] = forms.ChoiceField(label=_("Office"), choices=choices)
        self.order_fields(ORDER)


class MemberForm(PersonForm, TermForm):
    """A role on one tender."""

    role = forms.ChoiceField(label=_("Role"), choices=[(role.value, role.label) for role in ON_A_TENDER])
    position = forms.ChoiceField(
        label=_("Place on the committee"),
        choices=Appointment.Position,
        required=False,
        help_text=_("Only for the committee."),
    )
    field_order = ORDER

    def clean(self):
        """Only the committee has places."""
        if self.cleaned_data.get("role") != Role.COMMITTEE:
            self.cleaned_data["position"] = ""


class EndForm(forms.Form):
    document = forms.CharField(
        label=_("Document that ends it"),
        max_length=200,
        help_text=_("Resolution, resignation or agreement, with its number and date."),
    )


class CallInForm(forms.Form):
    """Who is away, and why the alternate sits."""

    member = forms.ModelChoiceField(label=_("Whose place does the alternate take?"), queryset=None)
    reason = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("It stands in the minutes, which everybody can read.")
    )

    def __init__(self, *args, seats, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = seats
        self.fields["member"].label_from_instance = lambda seat: (
            f"{seat.user} ({seat.get_position_display()})"
        )


class AccessForm(forms.Form):
    """A printed code turned into a password."""

    dni = IdentityField()
    code = forms.CharField(
        label=_("Code on the paper"),
        max_length=40,
        help_text=_("Four groups of four signs. Capitals or not, it is the same."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )
    password = forms.CharField(
        label=_("The password that you choose"),
        help_text=_("Ten signs at least, not only figures. Three words of yours are easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self):
        password = self.cleaned_data["password"]
        validate_password(password)
        return password

    def clean_code(self):
        """Accept the code with spaces, or without its dashes."""
        signs = "".join(sign for sign in self.cleaned_data["code"].upper() if sign.isalnum())
        return "-".join(signs[place : place + 4] for place in range(0, len(signs), 4))


class ResetForm(forms.Form):
    """Somebody who lost the password stands before the desk with the identity document."""

    dni = IdentityField()
    reason = forms.CharField(
        label=_("What happened, and how you know who it is"),
        max_length=300,
        help_text=_("For example: forgot it; showed the DNI."),
    )


class AccountForm(forms.Form):
    """An account to close or to open again."""

    dni = IdentityField()
    reason = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("It stays reserved; the act is public.")
    )


class MunicipalityForm(forms.ModelForm):
    class Meta:
        model = Municipality
        fields = ["name", "kind", "department", "province", "ubigeo", "legal_number", "has_notary"]
        help_texts = {
            "ubigeo": _("Six figures of the INEI."),
            "legal_number": _("Mayor and councillors: it decides the two thirds."),
        }

    def clean_ubigeo(self):
        ubigeo = self.cleaned_data["ubigeo"]
        if not (len(ubigeo) == 6 and ubigeo.isdigit()):
            raise forms.ValidationError(_("Write the six figures of the ubigeo."), code="invalid")
        return ubigeo


class OutageForm(forms.Form):
    """A time in which the service could not be reached; without end, it still cannot."""

    start = forms.SplitDateTimeField(label=_("From"), widget=forms.SplitDateTimeWidget)
    end = forms.SplitDateTimeField(label=_("Until"), widget=forms.SplitDateTimeWidget, required=False)
    note = forms.CharField(label=_("What happened"), max_length=300)


class OutageEndForm(forms.Form):
    end = forms.SplitDateTimeField(label=_("Until"), widget=forms.SplitDateTimeWidget)


class HostForm(PersonForm):
    """Another host, by a document of whoever owns the machine."""

    document = forms.CharField(label=_("Document that appoints the host"), max_length=200)
