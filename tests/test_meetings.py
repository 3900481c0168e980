"""The three meetings: windows, invitations, who may come, what closes them (rules 43-50; decision 8)."""

from datetime import timedelta

import pytest

from procurement import clock, workflow
from procurement.models import BidderMeeting, Event, Notice
from procurement.services import dates, meetings, queries

from .refusing import refused
from .world import A_MICROSECOND, World, announce

GUEST = {"name": "Gina Vecina", "dni": "40000041", "sector": "neighbour", "sex": "woman"}


@pytest.fixture
def announced(world):
    return world.at("announced")


def meeting(tender, number):
    return tender.meetings.current().get(number=number)


def invite_board(world, first):
    sent = {"medium": "letter", "sent_on": clock.now().date(), "proof": "Cargo 15"}
    meetings.invite(first, name="JVS de Laredo", sector="jvs", by=world.chair, **sent)


# Planned and left out


def test_three_meetings_are_planned_with_the_announcement(announced):  # rule 43
    planned = announced.meetings.current()

    assert [(each.number, each.state) for each in planned] == [(1, "planned"), (2, "planned"), (3, "planned")]
    assert [each.date for each in planned] == [
        announced.schedule.meeting_1,
        announced.schedule.meeting_2,
        announced.schedule.meeting_3,
    ]


def test_a_meeting_without_date_is_left_out_for_the_reason_of_the_schedule(world, monkeypatch):  # rule 43
    tender = world.at("approved")

    def without_the_third(tender):
        stands = World.set_dates(world, tender)
        dated = {name: getattr(stands, name) for name in stands.MILESTONES} | {"meeting_3": None}
        particulars = {"dated": dated, "skipped": {"meeting_3": "Los formularios son los de siempre"}}
        return dates.set_schedule(tender, version=stands.version, by=world.secretary, **particulars)

    monkeypatch.setattr(world, "set_dates", without_the_third)
    tender = announce(world, tender)

    third = meeting(tender, 3)
    assert (third.state, third.reason) == ("skipped", "Los formularios son los de siempre")


def test_a_planned_meeting_is_left_out_with_a_reason_only(world, announced):  # rule 43
    second = meeting(announced, 2)

    codes = refused(meetings.skip, second, reason="  ", by=world.chair)
    assert codes == ["tender.schedule.meeting-skipped-no-reason"]
    left_out = meetings.skip(second, reason="No hay compradores", by=world.chair)
    assert left_out.state == "skipped"
    assert "No hay compradores" in left_out.minutes.text


# Convened


def test_the_first_meeting_needs_the_invitation_of_the_board(world, announced):  # rule 44
    first = meeting(announced, 1)

    codes = refused(meetings.convene, first, place="Local comunal", by=world.chair)
    assert codes == ["meeting.invitation.jvs-missing"]
    invite_board(world, first)
    convened = meetings.convene(first, place="Local comunal", by=world.chair)
    assert (convened.state, convened.convened_for) == ("convened", announced.schedule.meeting_1)


def test_the_second_meeting_needs_no_invitation_of_the_board(world, announced):  # rule 45
    assert meetings.convene(meeting(announced, 2), place="Local", by=world.chair).state == "convened"


def test_a_meeting_is_convened_before_its_hour(world, announced):  # rule 44
    second = meeting(announced, 2)

    world.move(second.date)
    codes = refused(meetings.convene, second, place="Local", by=world.chair)
    assert codes == ["meeting.convocation.date-passed"]
    world.move(second.date - A_MICROSECOND)
    assert meetings.convene(second, place="Local", by=world.chair).state == "convened"


def test_a_meeting_outside_its_window_is_not_convened(world, announced):  # rules 44, 49; decision 21
    schedule = announced.schedule
    schedule.meeting_1 += timedelta(days=1)
    schedule.save()
    first = meeting(announced, 1)
    invite_board(world, first)

    codes = refused(meetings.convene, first, place="Local", by=world.chair)
    assert codes == ["tender.schedule.meeting-1-outside-window"]


def test_a_place_is_needed(world, announced):
    codes = refused(meetings.convene, meeting(announced, 2), place=" ", by=world.chair)
    assert codes == ["meeting.convocation.place-missing"]


def test_every_buyer_is_told_of_a_meeting_with_the_same_words(world, announced):  # rules 38, 45
    one, other = world.sell(announced), world.sell(announced, 22, "Raúl", "Otro")

    convened = meetings.convene(meeting(announced, 2), place="Local", by=world.chair)

    told = Notice.objects.filter(link=convened.get_absolute_url(), user__in=[one.buyer, other.buyer])
    assert told.count() == 2
    assert len(set(told.values_list("subject", "text", "written_at"))) == 1


def test_only_the_committee_convenes(world, announced):  # domain 4.11
    for user in (world.secretary, world.mayor, world.observer, world.outsider):
        with pytest.raises(workflow.PermissionDenied):
            meetings.convene(meeting(announced, 2), place="Local", by=user)


def test_an_invitation_was_sent_already(world, announced):  # decision 2
    tomorrow = clock.now().date() + timedelta(days=1)
    sent = {"medium": "letter", "sent_on": tomorrow, "proof": "Cargo", "name": "Ida", "sector": "jass"}

    codes = refused(meetings.invite, meeting(announced, 1), by=world.chair, **sent)
    assert codes == ["preparation.fact.in-future"]


def test_the_names_of_who_is_invited_are_not_public(world, announced):  # rule 34
    world.convene(announced, 1)

    public = " ".join(str(event.body) for event in Event.objects.filter(log=announced.log_origin))
    assert "Irma" not in public


# Another date


def test_a_convened_meeting_moves_within_its_window_and_is_convened_anew(world, announced):  # domain 4.2
    convened = world.convene(announced, 2)
    later = convened.date + timedelta(hours=1)

    moved = meetings.reschedule(convened, to=later, reason="El local se inundó", by=world.chair)
    assert (moved.state, moved.date) == ("rescheduled", later)
    assert "El local se inundó" in moved.minutes.text
    again = meetings.convene(moved, place="Colegio", by=world.chair)
    assert (again.state, again.convened_for) == ("convened", later)


def test_a_meeting_does_not_move_out_of_its_window(world, announced):  # rule 45; decision 21
    convened = world.convene(announced, 2)
    to = convened.date + timedelta(days=1)

    codes = refused(meetings.reschedule, convened, to=to, reason="Lluvia", by=world.chair)
    assert "tender.schedule.meeting-2-outside-window" in codes


def test_a_new_date_has_a_reason(world, announced):
    convened = world.convene(announced, 2)
    to = convened.date + timedelta(hours=1)

    codes = refused(meetings.reschedule, convened, to=to, reason="", by=world.chair)
    assert codes == ["meeting.rescheduling.reason-missing"]


def test_a_meeting_is_not_held_on_a_date_that_people_were_not_told(world, announced):  # rule 68
    convened = world.convene(announced, 2)
    schedule = announced.schedule
    schedule.meeting_2 += timedelta(hours=1)
    schedule.save()
    world.move(schedule.meeting_2)
    meetings.attend(convened, **GUEST | {"capacity": "jvs"}, by=world.secretary)

    codes = refused(meetings.hold, convened, by=world.secretary)
    assert "meeting.convocation.date-moved" in codes


# Who comes


def test_anybody_comes_to_the_first_meeting(world, announced):  # rule 44
    convened = world.convene(announced, 1)
    world.move(convened.date)

    came = meetings.attend(convened, capacity="free", by=world.secretary, **GUEST)
    assert came.sale is None
    assert meetings.hold(convened, by=world.secretary).state == "held"


def test_the_second_meeting_is_for_buyers_and_invitees(world, announced):  # rule 45
    bought = world.sell(announced)
    convened = world.convene(announced, 2)
    world.move(convened.date)

    def enter(**said):
        return refused(meetings.attend, convened, by=world.secretary, **GUEST | said)

    assert enter(capacity="free") == ["meeting.attendance.not-entitled"]
    assert enter(capacity="buyer") == ["meeting.attendance.not-buyer"]
    assert enter(capacity="invitee") == ["meeting.attendance.not-invited"]
    invited = convened.invitations.get(sector="business")
    assert meetings.attend(convened, capacity="invitee", invitation=invited, by=world.secretary, **GUEST)
    buyer = GUEST | {"name": "Berta Compradora", "dni": bought.dni, "capacity": "buyer"}
    assert meetings.attend(convened, by=world.secretary, **buyer).sale == bought
    sent = GUEST | {"name": "Ramón", "dni": "40000049", "capacity": "buyer", "receipt": bought.receipt}
    assert meetings.attend(convened, by=world.secretary, **sent).sale == bought


def test_nobody_is_on_the_list_twice(world, announced):
    convened = world.convene(announced, 1)
    world.move(convened.date)
    meetings.attend(convened, capacity="free", by=world.secretary, **GUEST)

    codes = refused(meetings.attend, convened, capacity="free", by=world.secretary, **GUEST)
    assert codes == ["meeting.attendance.twice"]


def test_the_list_opens_at_the_hour_and_closes_with_the_minutes(world, announced):  # domain 4.11
    convened = world.convene(announced, 1)
    world.move(convened.date - A_MICROSECOND)
    codes = refused(meetings.attend, convened, capacity="free", by=world.secretary, **GUEST)
    assert codes == ["meeting.attendance.list-closed"]

    world.move(convened.date)
    came = meetings.attend(convened, capacity="free", by=world.secretary, **GUEST)
    meetings.strike(came, by=world.secretary)
    meetings.attend(convened, capacity="free", by=world.secretary, **GUEST)
    meetings.hold(convened, by=world.secretary)
    meetings.report(convened, account="Se contó.", by=world.secretary)
    meetings.close(convened, by=world.secretary)
    late = GUEST | {"dni": "40000055"}
    codes = refused(meetings.attend, convened, capacity="free", by=world.secretary, **late)
    assert codes == ["meeting.attendance.list-closed"]


def test_names_and_documents_stay_out_of_log_and_minutes(world, announced):  # terms 10.4
    closed = world.meet(announced, 1)

    public = " ".join(str(event.body) for event in Event.objects.filter(log=announced.log_origin))
    assert "40000040" not in public + closed.minutes.text
    assert "Irma" not in public + closed.minutes.text
    assert "Asistieron 1 mujer y 0 hombres" in closed.minutes.text
    held = Event.objects.get(log=announced.log_origin, body__action="biddermeeting.hold")
    assert (held.body["facts"]["woman"], held.body["facts"]["man"]) == (1, 0)


def test_only_the_secretary_keeps_the_list(world, announced):  # domain 4.11
    convened = world.convene(announced, 1)
    world.move(convened.date)

    for user in (world.chair, world.observer, world.outsider):
        with pytest.raises(workflow.PermissionDenied):
            meetings.attend(convened, capacity="free", by=user, **GUEST)


# Held, missed, closed


def test_a_meeting_to_which_nobody_came_leaves_minutes(world, announced):  # decision 8
    convened = world.convene(announced, 1)
    world.move(convened.date - A_MICROSECOND)
    assert refused(meetings.miss, convened, by=world.secretary) == ["meeting.closure.before-date"]

    world.move(convened.date)
    meetings.attend(convened, **GUEST | {"capacity": "jvs"}, by=world.secretary)
    assert refused(meetings.hold, convened, by=world.secretary) == ["meeting.attendance.empty"]
    missed = meetings.miss(convened, by=world.secretary)
    assert (missed.state, missed.minutes.kind) == ("not-held", "meeting-not-held")


def test_a_meeting_with_people_was_held(world, announced):  # decision 8
    convened = world.convene(announced, 1)
    world.move(convened.date)
    meetings.attend(convened, capacity="free", by=world.secretary, **GUEST)

    assert refused(meetings.miss, convened, by=world.secretary) == ["meeting.attendance.not-empty"]


def test_the_first_meeting_closes_without_the_board_if_its_invitation_is_proved(world, announced):  # rule 44
    closed = world.meet(announced, 1)

    assert closed.state == "closed"
    assert "fue invitada, con prueba de envío, y no vino" in closed.minutes.text


def test_the_first_meeting_says_that_the_board_came(world, announced):  # rule 44
    held = world.hold(announced, 1)
    meetings.attend(held, **GUEST | {"capacity": "jvs", "sector": "jvs"}, by=world.secretary)
    meetings.report(held, account="Se contó.", by=world.secretary)

    closed = meetings.close(held, by=world.secretary)
    assert "Estuvo la Junta Vecinal" in closed.minutes.text


def test_the_board_neither_came_nor_was_provably_invited(world, announced):  # decision 8
    held = world.hold(announced, 1)
    held.invitations.filter(sector="jvs").update(proof="")
    meetings.report(held, account="Se contó.", by=world.secretary)

    assert refused(meetings.close, held, by=world.secretary) == ["meeting.closure.jvs-unproved"]


def test_the_four_topics_of_the_second_meeting_are_dealt_with(world, announced):  # rule 46
    held = world.hold(announced, 2)
    three = BidderMeeting.Topic.values[:3]
    meetings.report(held, account="Se explicó.", topics=three, by=world.secretary)

    with pytest.raises(workflow.Blocked) as blocked:
        meetings.close(held, by=world.secretary)
    assert blocked.value.codes == ["meeting.agenda.incomplete"]
    meetings.report(held, account="Se explicó.", topics=BidderMeeting.Topic.values, by=world.secretary)
    assert meetings.close(held, by=world.secretary).state == "closed"


def test_a_spoken_query_without_number_keeps_the_minutes_open(world, announced):  # rule 47
    held = world.hold(announced, 2)
    meetings.report(held, account="Se explicó.", topics=BidderMeeting.Topic.values, by=world.secretary)
    who = held.attendances.get()
    asked = queries.capture(held, attendance=who, text="¿Y si llueve?", by=world.secretary)

    assert refused(meetings.close, held, by=world.secretary) == ["meeting.closure.oral-queries-open"]
    queries.number(asked, by=world.secretary)
    closed = meetings.close(held, by=world.secretary)
    assert "N.º 1: ¿Y si llueve?" in closed.minutes.text


def test_the_minutes_need_an_account(world, announced):
    held = world.hold(announced, 1)

    assert refused(meetings.close, held, by=world.secretary) == ["meeting.account.missing"]


# The third


def test_the_third_meeting_comes_after_the_integration(world):  # rule 50
    tender = world.at("integrated")
    held = world.hold(tender, 3)
    assert held.state == "held"


def test_the_third_meeting_is_not_held_on_terms_that_are_not_integrated(world, announced):  # rules 48, 50
    with pytest.raises(workflow.Blocked) as blocked:
        world.hold(announced, 3)
    assert blocked.value.codes == ["meeting.third.before-integration"]


def test_the_third_meeting_makes_no_rule(world):  # rule 48
    tender = world.at("integrated")
    held = world.hold(tender, 3)
    said = {"text": "¿Se firma cada hoja?", "answer": "Solo la última."}

    codes = refused(meetings.note_question, held, changes_terms=True, by=world.secretary, **said)
    assert codes == ["meeting.third.new-rule"]
    assert meetings.note_question(held, by=world.secretary, **said)
    doubt = queries.capture(held, attendance=held.attendances.get(), text="¿Y el plazo?", by=world.secretary)
    numbered = queries.number(doubt, by=world.secretary)
    meetings.report(held, account="Se practicó.", by=world.secretary)
    closed = meetings.close(held, by=world.secretary)
    assert "Duda: ¿Se firma cada hoja?" in closed.minutes.text
    assert f"N.º {numbered.number}: ¿Y el plazo?" in closed.minutes.text


def test_what_is_asked_at_the_second_meeting_is_a_query(world, announced):  # rule 47
    held = world.hold(announced, 2)

    codes = refused(meetings.note_question, held, text="¿?", answer="Sí", by=world.secretary)
    assert codes == ["meeting.question.is-a-query"]
