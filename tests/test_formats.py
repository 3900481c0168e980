"""Figures and dates are written as Peru writes them, in both languages."""

from datetime import date, time
from decimal import Decimal

import pytest
from django import forms
from django.utils.formats import date_format, localize, number_format, time_format
from django.utils.translation import override

DAY = date(2026, 9, 2)


@pytest.mark.parametrize("language", ["es", "en"])
def test_thousands_have_commas_and_decimals_a_point(language):
    with override(language):
        assert number_format(Decimal("1234567.89"), 2, use_l10n=True, force_grouping=True) == "1,234,567.89"
        assert localize(Decimal("0.50")) == "0.50"


@pytest.mark.parametrize(
    ("language", "written"),
    [("es", "miércoles 2 de setiembre de 2026"), ("en", "Wednesday 2 September 2026")],
)
def test_a_day_has_its_weekday_and_the_month_in_words(language, written):
    with override(language):
        assert date_format(DAY) == written


@pytest.mark.parametrize("language", ["es", "en"])
def test_an_hour_has_its_seconds(language):
    with override(language):
        assert time_format(time(15, 0, 0)) == "15:00:00"


class Moment(forms.Form):
    day = forms.DateField()
    hour = forms.TimeField()


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("typed", ["2026-09-02", "02/09/2026"])
def test_a_day_is_read_as_a_calendar_sends_it_and_as_a_person_types_it(language, typed):
    with override(language):
        form = Moment({"day": typed, "hour": "15:00"})

        assert form.is_valid()
        assert form.cleaned_data == {"day": DAY, "hour": time(15)}


@pytest.mark.parametrize("language", ["es", "en"])
def test_no_language_reads_the_month_first(language):
    with override(language):
        assert not Moment({"day": "09/13/2026", "hour": "15:00"}).is_valid()


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_field_is_filled_again_in_the_form_that_a_native_calendar_takes(language):
    with override(language):
        assert 'value="2026-09-02"' in str(Moment(initial={"day": DAY})["day"])
