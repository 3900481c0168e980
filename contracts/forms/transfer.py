"""What is asked while the service is handed over: the plan, the committee, proofs, the delivery."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.transfer_items import SEVEN, window
from procurement.business_days import add_months
from procurement.services.notices import spanish

LONG = forms.Textarea(attrs={"rows": 4})


class PlanForm(forms.Form):
    """The end of the transfer, the works that it waits for, and who does each item until when."""

    due_on = forms.DateField(label=_("Everything is to be done by"), widget=forms.DateInput)
    reason = forms.CharField(
        label=_("Why it takes less than 3 or more than 6 months"),
        required=False,
        max_length=500,
        help_text=_("Only where it does."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    works = forms.CharField(
        label=_("Impact works that it waits for"),
        required=False,
        max_length=300,
        help_text=_("Their name, if the transfer cannot begin before they are finished. Otherwise leave it."),
    )
    works_due_on = forms.DateField(
        label=_("These works should end on"), required=False, widget=forms.DateInput
    )

    def __init__(self, contract, transfer, *posted):
        super().__init__(*posted)
        self.transfer = transfer
        known = {item.kind: item for item in transfer.items.all()} if transfer else {}
        for about in SEVEN:
            planned = known.get(about.key)
            self.add_item(about, planned, add_months(contract.signed_on, about.months))
        self.initial |= self.known_of(transfer) if transfer else {"due_on": window(contract.signed_on)[1]}
        if transfer:
            del self.fields["works"], self.fields["works_due_on"]

    def add_item(self, about, planned, usual):
        """Ask who does one item and until when; a settled one is not asked any more."""
        if planned and planned.is_settled:
            return
        who, day = (planned.responsible, planned.due_on) if planned else (spanish(about.who), usual)
        self.fields[f"{about.key}_who"] = forms.CharField(label=_("Who does it"), max_length=200, initial=who)
        self.fields[f"{about.key}_until"] = forms.DateField(
            label=_("Until"), widget=forms.DateInput, initial=day
        )

    @staticmethod
    def known_of(transfer):
        return {"due_on": transfer.due_on, "reason": transfer.reason}

    @property
    def whole(self):
        """The fields about the transfer as a whole."""
        return [self[name] for name in ["due_on", "reason", "works", "works_due_on"] if name in self.fields]

    @property
    def seven(self):
        """The items that are asked: what each is, and its two fields."""
        asked = [about for about in SEVEN if f"{about.key}_who" in self.fields]
        return [(about, self[f"{about.key}_who"], self[f"{about.key}_until"]) for about in asked]

    def clean(self):
        """Put what was said of each item together, as the service takes it."""
        said = super().clean()
        items = {}
        for about in SEVEN:
            who, until = said.pop(f"{about.key}_who", None), said.pop(f"{about.key}_until", None)
            if who is not None:
                items[about.key] = (who, until)
        return said | {"items": items}


class WorksForm(forms.Form):
    done_on = forms.DateField(label=_("The works ended on"), required=False, widget=forms.DateInput)
    agreement = forms.CharField(
        label=_("Or: agreement to start before they end"),
        required=False,
        max_length=500,
        help_text=_("What was agreed, by whom and when. It is public."),
        widget=LONG,
    )


class InstallForm(forms.Form):
    installed_on = forms.DateField(label=_("Day of the act"), widget=forms.DateInput)
    municipal_members = forms.CharField(
        label=_("For the municipality"),
        max_length=500,
        help_text=_("Names and posts, without identity documents."),
        widget=LONG,
    )
    operator_members = forms.CharField(label=_("For the operator"), max_length=500, widget=LONG)


class HandInForm(forms.Form):
    upload = forms.FileField(
        label=_("The proof, in one file"), help_text=_("PDF, picture or workbook, 20 MB at most.")
    )
    note_text = forms.CharField(
        label=_("What is handed in, and what is still pending"),
        required=False,
        max_length=1000,
        help_text=_("It is public: no names of workers, users or debtors."),
        widget=LONG,
    )


class ObjectionForm(forms.Form):
    objection = forms.CharField(
        label=_("What is wrong, and how it is put right"),
        max_length=1000,
        help_text=_("It is public: no names of workers, users or debtors."),
        widget=LONG,
    )


class WaiverForm(forms.Form):
    reason = forms.CharField(label=_("Why it is not needed"), max_length=1000, widget=LONG)


class PaperForm(forms.Form):
    paper = forms.CharField(
        label=_("Paper in which the operator says so"),
        max_length=200,
        help_text=_("The operator has no account here. For example: letter 12-2026, signed and received."),
    )


class WorkbookForm(forms.Form):
    file = forms.FileField(
        label=_("The workbook, filled in"),
        help_text=_("Excel (.xlsx), 20 MB at most."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )


class HandoverForm(forms.Form):
    place = forms.CharField(label=_("Place of the delivery"), max_length=200)
    starts_on = forms.DateField(
        label=_("First day of operations"),
        widget=forms.DateInput,
        help_text=_("From this day on the operator runs the service, and answers for it."),
    )
    readings = forms.CharField(
        label=_("Readings of meters and levels"),
        max_length=1000,
        help_text=_("What the meters of the plant and the reservoirs show at the delivery."),
        widget=LONG,
    )
