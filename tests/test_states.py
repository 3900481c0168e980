"""The page of states says what the code does, and a stale page is found."""

import pytest
from django.core.management import CommandError, call_command

from procurement import roles
from procurement.management.commands import states
from procurement.models import Tender


@pytest.fixture
def page(settings, tmp_path):
    """A page of one's own."""
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    call_command("states")
    return tmp_path / states.PAGE


def rows_of(model):
    return [tuple(step[:4]) for step in states.steps(model)]


def test_the_page_says_what_the_code_does():
    assert call_command("states", check=True) is None  # a stale page ends it with an error


def test_a_page_that_was_just_written_is_not_stale(page):
    written = page.read_text()
    assert call_command("states", check=True) is None
    assert page.read_text() == written


@pytest.mark.parametrize(
    ("old", "new"), [("integrated | close | closed", "announced | close | closed"), ("clock", "mayor")]
)
def test_a_page_that_says_something_else_is_found(page, old, new):
    page.write_text(page.read_text().replace(old, new))

    with pytest.raises(CommandError, match="states"):
        call_command("states", check=True)


def test_a_page_that_is_not_there_is_found(page):
    page.unlink()

    with pytest.raises(CommandError, match="states"):
        call_command("states", check=True)


def test_every_transition_of_every_model_has_its_row(page):
    rules = [
        target
        for model in states.stateful()
        for rule in model().get_all_state_transitions()
        for target in states.targets(rule)
    ]
    rows = [line for line in page.read_text().splitlines() if line.startswith("| ")]

    assert len(rows) == len(rules) + len(states.stateful())  # and a heading each
    assert {"Tender", "BidderMeeting", "Bid", "OpeningAct"} <= {model.__name__ for model in states.stateful()}


def test_a_row_names_state_verb_next_state_and_whoever_may():
    rows = rows_of(Tender)

    assert ("approved", "announce", "announced", "committee") in rows
    assert ("integrated", "close", "closed", "clock") in rows  # the clock alone
    assert ("awarded", "consent", "consented", "secretary, clock") in rows  # a person or the clock


def test_a_permission_that_does_not_say_whom_it_lets_act_is_found():
    def anybody(subject, user):
        return True

    with pytest.raises(CommandError, match="anybody"):
        states.who(anybody)
    assert states.who(roles.may("announce_tender")) == "committee"
