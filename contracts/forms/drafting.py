"""What is asked to draft a contract, step by step."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from contracts import clauses
from contracts.models import Annex, Contract, Obligation, Shareholder, Subsidy
from procurement.forms.call import day_field

LONG = forms.Textarea(attrs={"rows": 5})
ROWS = 8


def money_field(label, **options):
    return forms.DecimalField(label=label, max_digits=14, decimal_places=2, min_value=0, **options)


def file_field(label, **options):
    return forms.FileField(label=label, help_text=_("PDF, JPEG or PNG, 20 MB."), **options)


class BeginForm(forms.Form):
    number = forms.CharField(
        label=_("Number of the contract"),
        max_length=60,
        help_text=_("As the municipality counts them: 001-2026."),
    )


class OperatorForm(forms.ModelForm):
    """Who signs: the winner, or the company that it constituted."""

    class Meta:
        model = Contract
        fields = [
            "is_constituted",
            "operator_name",
            "operator_document",
            "registry_entry",
            "is_exclusive",
            "initial_capital",
            "representative",
            "representative_dni",
            "power_entry",
        ]
        help_texts = {
            "is_constituted": _(
                "Tick it only if the winner made a company for this. "
                "Otherwise leave name and RUC as they are."
            ),
            "representative_dni": _("Not published."),
            "power_entry": _("The entry in the registry that lets this person sign."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("operator_name", "operator_document"):
            self.fields[name].required = False
        self.fields["representative_dni"].validators.append(
            RegexValidator(r"^\d{8}$", _("A DNI has 8 digits."))
        )


KINDS = Shareholder._meta.get_field("kind").choices  # the first is chosen, so that a row left alone is empty


class ShareForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, initial=KINDS[0][0])
    name = forms.CharField(label=_("Name"), max_length=300)
    document = forms.CharField(
        label=_("RUC or DNI"), max_length=12, required=False, help_text=_("A DNI is not published.")
    )
    share = forms.DecimalField(
        label=_("Share, %"), max_digits=5, decimal_places=2, min_value=0, max_value=100
    )
    offered = forms.DecimalField(
        label=_("Part of these shares that is offered to the neighbours after a year, %"),
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
        required=False,
    )

    def clean_offered(self):
        return self.cleaned_data["offered"] or 0


class SharesTable(forms.BaseFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Take this holder out")


SharesFormSet = forms.formset_factory(
    ShareForm,
    formset=SharesTable,
    extra=2,
    max_num=ROWS,
    absolute_max=ROWS,
    can_delete=True,
    can_delete_extra=False,
)


class SharesForm(forms.Form):
    """The whole table of holders; what is wrong with their sum stands above it."""

    def __init__(self, contract, data=None):
        super().__init__(data)
        initial = list(contract.shareholders.values("kind", "name", "document", "share", "offered"))
        self.table = SharesFormSet(data, initial=initial, prefix="holders")

    def is_valid(self):
        return super().is_valid() and self.table.is_valid()

    def clean(self):
        if not self.table.is_valid():
            return {}
        kept = [row for row in self.table if row.cleaned_data and row not in self.table.deleted_forms]
        return {"rows": [{name: row.cleaned_data[name] for name in ShareForm.base_fields} for row in kept]}


class TermForm(forms.Form):
    fund_manager = forms.ChoiceField(
        label=_("Who manages the fund"), choices=Contract.Manager.choices, widget=forms.RadioSelect
    )
    field_order = ["years", "fund_manager"]

    def __init__(self, contract, options, *args, **kwargs):
        initial = {"years": contract.years, "fund_manager": contract.fund_manager}
        super().__init__(*args, initial=initial, **kwargs)
        choices = [(option.years, option.years) for option in options]
        self.fields["years"] = forms.TypedChoiceField(
            label=_("Term, years"), choices=choices, coerce=int, widget=forms.Select
        )
        self.order_fields(self.field_order)


class TransitionForm(forms.Form):
    days = forms.IntegerField(
        label=_("Calendar days"), min_value=0, max_value=365, help_text=_("Zero: no transition period.")
    )
    situations = forms.MultipleChoiceField(
        label=_("Why: which of the six situations there are"),
        choices=clauses.SITUATIONS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reason = forms.CharField(label=_("Reason"), max_length=4000, widget=LONG, required=False)


class TargetsForm(forms.ModelForm):
    class Meta:
        model = Contract
        fields = ["water_coverage", "sewer_coverage", "hours_per_day"]


class ClausesForm(forms.Form):
    """Every clause that is not computed, with the wording proposed."""

    def __init__(self, contract, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for clause in clauses.CLAUSES:
            self.fields[clause.key] = forms.CharField(
                label=clause.title,
                max_length=8000,
                widget=forms.Textarea(attrs={"rows": 4}),
                required=False,
                initial=contract.clauses.get(clause.key, ""),
                help_text=clause.help,
            )

    def clean(self):
        return {"texts": super().clean()}


class AnnexForm(forms.Form):
    kind = forms.ChoiceField(label=_("Annex"), widget=forms.RadioSelect)
    file = file_field(_("File"))

    def __init__(self, missing, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = [Annex.Kind(kind) for kind in missing]
        kinds += [kind for kind in Annex.UPLOADED if kind not in kinds]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
        self.fields["kind"].initial = missing[0] if missing else None


class SubsidyForm(forms.ModelForm):
    class Meta:
        model = Subsidy
        fields = ["kind", "monthly", "condition", "review_on"]
        help_texts = {"condition": _("For example: when 80 % of what is billed is collected.")}


class ObligationForm(forms.ModelForm):
    class Meta:
        model = Obligation
        fields = ["party", "text", "due_on"]


class ReportForm(forms.Form):
    report = forms.CharField(
        label=_("Legal report"),
        max_length=8000,
        widget=LONG,
        help_text=_("What you looked at, and what you found. It stands in the minutes."),
    )


class SignForm(forms.Form):
    signed_on = day_field(_("Day of the signature"))
    percentage = forms.DecimalField(
        label=_("Percentage for the fund, as the signed paper says it"), max_digits=5, decimal_places=2
    )
    scan = forms.FileField(
        label=_("Signed contract"),
        help_text=_("Scanned whole, with the signatures. The scan is reserved; its text is public."),
    )
