"""What is asked about a bidder: who it is, where from, and who holds its shares (rules 9-13, 130-134)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bids.models import Bidder, Holder
from bids.shareholding import Share

ROWS = 4  # holders that the empty form offers


class BidderForm(forms.ModelForm):
    """The particulars of a bidder."""

    class Meta:
        model = Bidder
        fields = ["kind", "name", "ruc", "origin_group", "department", "province", "district"]
        widgets = {
            "kind": forms.RadioSelect,
            "ruc": forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
        }
        help_texts = {
            "ruc": _("Eleven digits. A consortium that is still being formed has none."),
            "origin_group": _("Where you have worked with water until now. Nobody is left out for it."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Bidder.Kind.choices  # none is chosen for them

    def clean_ruc(self):
        return self.cleaned_data["ruc"].replace(" ", "").replace("-", "")

    def validate_constraints(self):
        """The service says better what is wrong with a RUC that is there already."""


class HolderForm(forms.ModelForm):
    """Who holds shares, or is a member of the consortium."""

    class Meta:
        model = Holder
        fields = ["kind", "name", "document", "share", "is_local", "obligation", "obligation_on"]
        help_texts = {
            "obligation": _("For example: to offer 20 % of these shares to the neighbours after a year."),
        }


Holders = forms.formset_factory(HolderForm, extra=ROWS, max_num=20, absolute_max=20)


def holders_of(bidder, data=None):
    """Return the rows of the holders, as they are or as they were typed."""
    names = HolderForm.Meta.fields
    rows = [{name: getattr(each, name) for name in names} for each in bidder.members.all()] if bidder else []
    return Holders(data, initial=rows, prefix="holders")


def shares_in(holders):
    """Return the typed rows as shares; a row without a name is left out."""
    rows = [form.cleaned_data for form in holders.forms if form.cleaned_data.get("name")]
    return [Share(**{name: row[name] for name in Share._fields}) for row in rows]


class ConfirmRucForm(forms.Form):
    """What the till has in front of it."""

    ruc = forms.CharField(
        label=_("RUC"),
        max_length=11,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
    )
    document_seen = forms.BooleanField(
        label=_("I have seen the RUC sheet and the identity document of whoever brings it"), required=False
    )
