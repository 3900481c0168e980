"""What is asked before the call: regime, studies, assemblies, model, council, ties, ordinances, the JVS."""

from decimal import Decimal, InvalidOperation

from django import forms
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from procurement import ordinances, regimes
from procurement.models import (
    ApprovedModel,
    Assembly,
    ConflictDeclaration,
    CouncilAgreement,
    Delegate,
    NeighbourhoodBoard,
    RegimeDecision,
    Study,
    Town,
)

from .answers import Answers, ModelAnswers, yes_no

PROFILES = {
    "": _("The usual one of this call"),
    "first-call": _("Those of the first calls: one envelope, technical proposal with points"),
    "second-call": _("Those of the second calls: two envelopes, the fund decides, local preference"),
}


def regimes_to_choose():
    return [(regime.code, regime.title(get_language()[:2])) for regime in regimes.all_regimes()]


class RegimeForm(ModelAnswers):
    code = forms.ChoiceField(label=_("Regime"), choices=regimes_to_choose, widget=forms.RadioSelect)
    profile = forms.ChoiceField(
        label=_("Rules of which call, where the regime tells them apart"),
        choices=list(PROFILES.items()),
        required=False,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = RegimeDecision
        fields = [
            "code",
            "profile",
            "legal_report",
            "happened_on",
            "decided_by",
            "reason",
            "considered",
            "out_of_force_reason",
        ]
        help_texts = {
            "decided_by": _("The council, the mayor, or the manager by delegation."),
            "reason": _("As the legal report says it. It is published."),
            "out_of_force_reason": _(
                "Only where the regime is not in force today. A band on every page will say it."
            ),
        }


class AgreementForm(ModelAnswers):
    class Meta:
        model = CouncilAgreement
        fields = [
            "purpose",
            "number",
            "happened_on",
            "votes_for",
            "votes_against",
            "abstentions",
            "legal_number",
            "text",
        ]
        widgets = {"purpose": forms.RadioSelect}
        labels = {"happened_on": _("Day of the session")}
        help_texts = {
            "number": _("As it is cited: 004-2026-MDL."),
            "legal_number": _("By law, not how many came. Majorities are judged by it."),
        }


class StudyForm(ModelAnswers):
    class Meta:
        model = Study
        fields = ["author", "happened_on", "summary"]
        labels = {"happened_on": _("Day on which it was finished")}
        help_texts = {"summary": _("In words that a neighbour understands. It is published.")}


class AssemblyForm(ModelAnswers):
    class Meta:
        model = Assembly
        fields = [
            "mode",
            "sector",
            "happened_on",
            "place",
            "women",
            "men",
            "votes_for",
            "votes_against",
            "abstentions",
            "decision",
        ]
        widgets = {"mode": forms.RadioSelect, "decision": forms.RadioSelect}
        help_texts = {
            "sector": _("For an assembly of one neighbourhood."),
            "women": _("How many, without names."),
            "votes_for": _("Leave the votes empty if hands were raised and nobody counted."),
        }


class ModelForm(ModelAnswers):
    micro_measurement = yes_no(_("With micro-measurement"))

    def __init__(self, *args, tender, **kwargs):
        super().__init__(*args, **kwargs)
        delegates = Assembly.Mode.DELEGATES
        assembly = self.fields["assembly"]
        assembly.queryset = tender.assemblies.standing().filter(mode=delegates)
        assembly.label_from_instance = lambda each: f"{date_format(each.happened_on)}, {each.place}"

    class Meta:
        model = ApprovedModel
        fields = [
            "assembly",
            "operator_kind",
            "municipal_share",
            "partner",
            "origin",
            "years",
            "supervision",
            "water_coverage",
            "sewer_coverage",
            "hours_per_day",
            "long_term_cost",
            "micro_measurement",
            "charges",
        ]
        widgets = {"operator_kind": forms.RadioSelect, "origin": forms.RadioSelect}
        labels = {"assembly": _("Assembly of delegates that approved it")}
        help_texts = {
            "municipal_share": _("Zero if the operator is private. Always under 50."),
            "origin": _("Whoever is not of this origin cannot bid."),
            "charges": _("What the assemblies were told about the charges."),
        }


class ConflictForm(ModelAnswers):
    has_conflict = yes_no(_("Does something tie you to anybody who bids or may bid?"))

    class Meta:
        model = ConflictDeclaration
        fields = ["has_conflict", "tie", "kinship", "with_whom", "detail"]
        help_texts = {
            "tie": _("Only if you answered yes. From here on nothing is published."),
            "with_whom": _("A person or a company."),
        }


class NewTownForm(ModelAnswers):
    source = forms.CharField(
        label=_("Where the number of people comes from"),
        max_length=300,
        help_text=_("The census or the registry of users, with its year."),
    )

    class Meta:
        model = Town
        fields = ["name", "population", "source", "region", "latitude", "longitude"]
        labels = {"name": _("Name of the town"), "population": _("People who live in the town")}
        help_texts = {
            "name": _("The town whose water and drainage need an operator."),
            "region": _("Coast, highlands or jungle."),
            "latitude": _(
                "As the map of a telephone gives it, for example -8.0833. It puts the town on the map."
            ),
            "longitude": _("As the map of a telephone gives it, for example -78.9667."),
        }


class CallForm(Answers):
    """A new call: for which town, and how it is called."""

    town = forms.ModelChoiceField(label=_("Town"), queryset=None, empty_label=None)
    title = forms.CharField(
        label=_("Title of the call"),
        max_length=300,
        help_text=_("As it will stand at its head. For example “Operator of water and drainage of Laredo”."),
    )

    def __init__(self, *args, municipality, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["town"].queryset = municipality.towns.all()


class TownForm(ModelAnswers):
    version = forms.IntegerField(widget=forms.HiddenInput)
    source = forms.CharField(
        label=_("Where these figures come from"),
        max_length=300,
        help_text=_("The study, the census, the registry of users, with its year."),
    )

    class Meta:
        model = Town
        fields = [
            "population",
            "households",
            "water_coverage",
            "sewer_coverage",
            "hours_per_day",
            "monthly_charge",
            "annual_turnover",
            "monthly_operating_cost",
            "house_value",
            "source",
        ]


# Ordinances


class PlanForm(Answers):
    planned_on = forms.DateField(label=_("When the council is expected to see it"))


class OrdinanceForm(Answers):
    """An ordinance that the council approved; `kind` decides what it has to settle."""

    number = forms.CharField(label=_("Number"), max_length=60, help_text=_("As it is cited: 002-2026-MDL."))
    session_on = forms.DateField(label=_("Day of the council session"))
    votes_for = forms.IntegerField(label=_("Votes for"), min_value=0, required=False)
    votes_against = forms.IntegerField(label=_("Votes against"), min_value=0, required=False)
    workshops = forms.CharField(
        label=_("Workshops with delegates and authorities"), max_length=500, required=False
    )
    gist = forms.CharField(
        label=_("What it says, in one page of plain words"),
        max_length=4000,
        required=False,
        widget=forms.Textarea,
    )
    contents = forms.MultipleChoiceField(
        label=_("What it settles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick what its text says; what stays without a tick is shown as missing."),
    )

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contents"].choices = ordinances.CONTENTS[kind]
        if kind == "charges":
            self.add_questions()

    def add_questions(self):
        """Ask the eight questions of rule 30, each with its article, and the prices of rule 29."""
        for number, question in enumerate(ordinances.QUESTIONS, start=1):
            label = f"{number}. {question.text}"
            if question.choices:
                choices = list(question.choices.items())
                self.fields[f"choice_{question.key}"] = forms.ChoiceField(
                    label=label, choices=choices, widget=forms.RadioSelect
                )
                label = gettext("%(number)s. In its words") % {"number": number}
            self.fields[f"text_{question.key}"] = forms.CharField(label=label, max_length=1000)
            self.fields[f"article_{question.key}"] = forms.CharField(
                label=gettext("%(number)s. Article") % {"number": number}, max_length=40
            )
        self.fields["prices"] = PricesField(
            label=_("Maximum price of each collateral service, S/"),
            help_text=_("One a line: service: price. For example “Conexión de agua: 180.00”."),
        )

    def record(self):
        """Return the answers as the service takes them."""
        values = dict(self.cleaned_data)
        if "prices" not in self.fields:
            return values
        values["answers"] = {
            question.key: {
                "choice": values.pop(f"choice_{question.key}", ""),
                "text": values.pop(f"text_{question.key}"),
                "article": values.pop(f"article_{question.key}"),
            }
            for question in ordinances.QUESTIONS
        }
        return values


class PricesField(forms.CharField):
    """Prices, one a line, as {service: price with two decimals}."""

    widget = forms.Textarea

    def to_python(self, value):
        lines = [line for line in super().to_python(value).splitlines() if line.strip()]
        return dict(self.price(line) for line in lines)

    def price(self, line):
        service, _colon, amount = line.rpartition(":")
        try:
            price = Decimal(amount.strip().removeprefix("S/").strip().replace(",", ""))
        except InvalidOperation:
            price = None
        if not service.strip() or price is None or price != price.quantize(Decimal("0.01")) or price < 0:
            raise forms.ValidationError(
                _("“%(line)s” is not a service and its price: write “service: 180.00”."),
                code="ordinance.price.unreadable",
                params={"line": line},
            )
        return service.strip(), f"{price:.2f}"

    def prepare_value(self, value):
        return (
            "\n".join(f"{name}: {price}" for name, price in value.items())
            if isinstance(value, dict)
            else value
        )


class PublicationForm(Answers):
    published_on = forms.DateField(label=_("Day of publication"))
    medium = forms.CharField(
        label=_("Where it was published"),
        max_length=200,
        help_text=_(
            "The newspaper of judicial notices, the official gazette, the panel of the municipality."
        ),
    )
    in_force_on = forms.DateField(
        label=_("In force from"), help_text=_("Never before it is published; at the earliest the day after.")
    )


# The JVS


class BoardForm(ModelAnswers):
    class Meta:
        model = NeighbourhoodBoard
        fields = ["happened_on", "size", "majority", "until"]
        labels = {"happened_on": _("Day of the election")}
        widgets = {"size": forms.RadioSelect, "majority": forms.RadioSelect}


class DelegateForm(ModelAnswers):
    class Meta:
        model = Delegate
        fields = ["sector", "name", "sex", "post", "dni", "phone"]
        widgets = {"sex": forms.RadioSelect}
        help_texts = {
            "dni": _("Only the municipality sees it."),
            "phone": _("Only the municipality sees it."),
        }


class LeaveForm(Answers):
    left_on = forms.DateField(label=_("Last day as a delegate"))


class InstatementForm(Answers):
    instated_on = forms.DateField(label=_("Day on which it was instated"))
