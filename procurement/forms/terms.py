"""The parameters of the terms, a few on each page, each asked as its kind wants (decision 33)."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procurement import parameters
from procurement.citations import cited
from procurement.guards.problems import refusal
from procurement.parameters import Kind
from procurement.services import terms

FIELDS_A_PAGE = 4
PLACES = [_("first"), _("second"), _("third"), _("fourth"), _("fifth"), _("sixth")]


def asked_in(section, profile):
    """Return the parameters of a section that this regime leaves to the terms."""
    return [
        parameter
        for parameter in section.parameters
        if parameter.key in profile.required
        and not profile.fixes(parameter.key)
        and profile.covers(parameter.key)
    ]


def pages_of(section, profile):
    """Return the parameters of a section page by page, a few on each."""
    asked = asked_in(section, profile)
    return [asked[start : start + FIELDS_A_PAGE] for start in range(0, len(asked), FIELDS_A_PAGE)]


def choices_of(parameter):
    """Return the answers of a parameter, in the active language."""
    if parameter.kind is Kind.BOOLEAN:
        return [("true", gettext("Yes")), ("false", gettext("No"))]
    return [(value, gettext(label)) for value, label in parameter.choices.items()]


def hint(parameter, profile):
    """Return what helps to answer: the explanation, the condition, what a source mentions, and the rule."""
    parts = [gettext(parameter.help)]
    if parameter.when:
        other = parameters.PARAMETERS[parameter.when[0]]
        answers = " / ".join(
            parameters.format(other.key, other.parse(each), gettext) for each in parameter.when[1]
        )
        parts.append(
            gettext("Only if “%(label)s” is: %(answers)s.")
            % {"label": gettext(other.label), "answers": answers}
        )
    if found := parameters.example(profile, parameter.key):
        value, source = found
        said = {"value": parameters.format(parameter.key, value, gettext), "source": cited(source)}
        parts.append(gettext("For example: %(value)s (%(source)s). It is not filled in for you.") % said)
    parts.append(capfirst(gettext(parameter.rule)) + ".")
    return " ".join(parts)


def field_of(parameter, profile):
    """Return the field that a parameter is asked with; what is left empty is undecided."""
    options = {
        "label": capfirst(gettext(parameter.label)),
        "help_text": hint(parameter, profile),
        "required": False,
    }
    match parameter.kind:
        case Kind.CHOICE | Kind.BOOLEAN:
            return forms.ChoiceField(choices=choices_of(parameter), widget=forms.RadioSelect, **options)
        case Kind.CHOICES:
            widget = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(choices=choices_of(parameter), widget=widget, **options)
        case Kind.TEXT:
            widget = forms.Textarea(attrs={"rows": 4})
            return forms.CharField(max_length=2000, widget=widget, **options)
    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "short", "autocomplete": "off"})
    return forms.CharField(max_length=20, widget=widget, **options)


class PageForm(forms.Form):
    """One page of parameters, version-checked."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, tender, asked, *args, **kwargs):
        kwargs["initial"] = {"version": tender.version} | initial_of(tender, asked)
        super().__init__(*args, **kwargs)
        self.tender, self.asked = tender, asked
        for parameter in asked:
            if parameter.kind is Kind.ORDERED:
                self.fields |= places_of(parameter, tender.profile)
            else:
                self.fields[parameter.key] = field_of(parameter, tender.profile)

    def text_of(self, parameter):
        """Return what was typed or chosen as one text, as the service takes it."""
        if parameter.kind is Kind.ORDERED:
            chosen = [self.cleaned_data.get(name) for name in place_names(parameter)]
            return ", ".join(each for each in chosen if each)
        typed = self.cleaned_data.get(parameter.key) or ""
        return ", ".join(typed) if isinstance(typed, list) else typed

    def clean(self):
        """Judge what was typed as the service will, so that each finding stands at its field."""
        texts = {parameter.key: self.text_of(parameter) for parameter in self.asked}
        values, problems = terms.read(texts)
        problems += [each for each in terms.problems_in(self.tender, values) if not each.warning]
        for problem in problems:
            error = forms.ValidationError(refusal(problem).sentence, code=problem.code)
            self.add_error(self.field_named(problem.subject), error)
        return {"version": self.cleaned_data.get("version"), "texts": texts}

    def field_named(self, key):
        """Return the field at which a finding stands."""
        first_place = f"{key}.1"
        return first_place if first_place in self.fields else key if key in self.fields else None

    def show_version(self, version):
        """After a stale save: the next one is made in sight of the other's texts."""
        self.data = self.data.copy()
        self.data["version"] = version


def initial_of(tender, asked):
    """Return what the terms state already, as the fields show it."""
    initial = {}
    for parameter in asked:
        stored = tender.parameters.get(parameter.key)
        if parameter.kind is Kind.ORDERED:
            initial |= dict(zip(place_names(parameter), stored or [], strict=False))
        elif stored is not None:
            initial[parameter.key] = str(stored).lower() if isinstance(stored, bool) else stored
    return initial


def place_names(parameter):
    return [f"{parameter.key}.{place}" for place in range(1, len(parameter.choices) + 1)]


def places_of(parameter, profile):
    """Return one field for each place of an order; those that are left empty are skipped."""
    fields = {}
    for name, place in zip(place_names(parameter), PLACES, strict=False):
        label = gettext("%(label)s: %(place)s") % {
            "label": capfirst(gettext(parameter.label)),
            "place": place,
        }
        fields[name] = forms.ChoiceField(
            label=label, choices=[("", "—"), *choices_of(parameter)], required=False
        )
    next(iter(fields.values())).help_text = hint(parameter, profile)
    return fields
