"""Accounts: printed code, password, second step, two officials, the first host (decisions 1 and 3)."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command

from procurement import clock, roles
from procurement.models import AccessCode, Event, Notice, PasswordReset, User
from procurement.roles import Role
from procurement.services import accounts, installation, people
from procurement.workflow import Blocked

from .world import A_MICROSECOND, account

A_DAY = timedelta(days=1)
STRONG = "tres gatos en la plaza"
INVITE = AccessCode.Purpose.INVITE


def codes(act, *arguments, **named):
    try:
        act(*arguments, **named)
    except Blocked as blocked:
        return blocked.codes
    return []


@pytest.fixture
def invited(world):
    """Somebody with an office and a printed code, who has not come in yet; `.code` is what the paper says."""
    person = {"dni": "40123456", "first_name": "Elena", "last_name": "Quispe"}
    appointment, code = people.bring_in(
        world.municipality, Role.ATM, by=world.mayor, document="RA 1", **person
    )
    appointment.user.code = code
    return appointment.user


def signed_in(client):
    return get_user(client)


# The code


def test_a_code_opens_the_account_once_and_leaves_an_event(world, invited):  # decision 3
    accounts.use_code(dni=invited.dni, code=invited.code, password=STRONG)

    assert User.objects.get(pk=invited.pk).check_password(STRONG)
    assert Event.objects.filter(body__action="account.open").last().body["actor"] == f"user:{invited.pk}"
    assert codes(accounts.use_code, dni=invited.dni, code=invited.code, password=STRONG) == [
        "account.code.wrong"
    ]


def test_only_the_hash_of_a_code_is_kept(invited):
    assert invited.code not in AccessCode.objects.get(user=invited).code_hash
    assert not any(invited.code.encode() in event.leaf for event in Event.objects.all())


def test_codes_have_no_signs_that_look_alike(invited):
    assert not set(invited.code) & set("O0I1")
    assert len(invited.code) == 19


@pytest.mark.parametrize(("dni", "code"), [("40123456", "AAAA-AAAA-AAAA-AAAA"), ("00000099", None), ("", "")])
def test_a_wrong_pair_opens_nothing(world, invited, dni, code):
    tried = {"dni": dni, "code": invited.code if code is None else code, "password": STRONG}

    assert codes(accounts.use_code, **tried) == ["account.code.wrong"]


def test_a_code_expires_at_its_instant(world, invited):
    expires = AccessCode.objects.get(user=invited).expires_at
    tried = {"dni": invited.dni, "code": invited.code, "password": STRONG}

    world.move(expires)
    late = codes(accounts.use_code, **tried)
    world.move(expires - A_MICROSECOND)

    assert (late, codes(accounts.use_code, **tried)) == (["account.code.wrong"], [])


def test_a_new_code_makes_the_earlier_ones_worthless(world, invited):
    fresh = accounts.issue(invited, INVITE, by=world.mayor, at=clock.now())
    tried = {"dni": invited.dni, "password": STRONG}

    assert codes(accounts.use_code, code=invited.code, **tried) == ["account.code.wrong"]
    assert codes(accounts.use_code, code=fresh, **tried) == []


def test_a_closed_account_is_not_opened_by_a_code(world, invited):
    accounts.deactivate(invited, reason="x", by=world.host)

    tried = {"dni": invited.dni, "code": invited.code, "password": STRONG}
    assert codes(accounts.use_code, **tried) == ["account.code.wrong"]


def test_the_log_does_not_say_at_which_till_an_account_was_made(world):  # decision 10
    buyer = accounts.enroll(dni="70000001", first_name="Beto", last_name="Compra")

    code = accounts.issue(buyer, INVITE, by=world.clerk, at=clock.now())
    accounts.use_code(dni=buyer.dni, code=code, password=STRONG)

    for event in Event.objects.order_by("-pk")[:2]:
        assert event.body["actor"] == "person"
        assert f"user:{buyer.pk}".encode() not in event.leaf
        assert event.private_part.content["account"] == f"user:{buyer.pk}"


# Who it is


@pytest.mark.parametrize("name", ["Élena Quispe", "ELENA QUISPE ROJAS", "elena  quispe", "Quispe Elena"])
def test_a_name_may_be_typed_in_several_ways(world, invited, name):
    first, _space, last = name.strip().partition(" ")

    assert accounts.enroll(dni=invited.dni, first_name=first, last_name=last) == invited


def test_another_name_is_another_person(world, invited):
    wrong = {"dni": invited.dni, "first_name": "Elena", "last_name": "Rojas"}

    assert codes(accounts.enroll, **wrong) == ["account.name.differs"]


@pytest.mark.parametrize("dni", ["1234567", "1234567890123", "12.345.678", "abcdefgh"])
def test_an_identity_document_has_eight_to_twelve_signs(db, dni):
    with pytest.raises(ValidationError):
        accounts.enroll(dni=dni, first_name="Elena", last_name="Quispe")


def test_an_email_is_optional_and_nobody_signs_up_alone(client, world):  # decision 3
    assert accounts.enroll(dni="40123456", first_name="Elena", last_name="Quispe").email == ""
    assert client.get("/accounts/signup/").status_code == 404


# The page


def test_a_person_comes_in_with_a_code_and_lands_on_the_work_list(client, invited):
    typed = {"dni": " 40.123.456 ", "code": invited.code.lower().replace("-", " "), "password": STRONG}

    response = client.post("/access/", typed)

    assert (response.status_code, response.url) == (302, "/work/")
    assert signed_in(client) == invited


@pytest.mark.parametrize("password", ["corta", "1234567890", "password12"])
def test_a_weak_password_is_refused_and_the_code_still_serves(client, invited, password):
    weak = {"dni": invited.dni, "code": invited.code, "password": password}

    page = client.post("/access/", weak)
    again = client.post("/access/", weak | {"password": STRONG})

    assert (page.status_code, again.status_code) == (422, 302)


def test_a_wrong_code_says_so_with_its_code(client, invited):
    page = client.post("/access/", {"dni": invited.dni, "code": "AAAA", "password": STRONG})

    assert page.status_code == 422
    assert [refusal.code for refusal in page.context["form"].refusals] == ["account.code.wrong"]
    assert signed_in(client).is_anonymous


def test_guessing_codes_is_slowed_down(client, invited):
    guess = {"dni": invited.dni, "code": "AAAA-AAAA-AAAA-AAAA", "password": STRONG}

    answers = [client.post("/access/", guess).status_code for _ in range(21)]

    assert answers == [422] * 20 + [429]


def test_guessing_passwords_is_slowed_down(client, world):
    wrong = {"login": world.mayor.dni, "password": "x"}
    for _ in range(5):
        client.post("/accounts/login/", wrong)

    client.post("/accounts/login/", wrong | {"password": "correct horse 7"})

    assert signed_in(client).is_anonymous


def test_one_signs_in_with_document_and_password(client, world):
    client.post("/accounts/login/", {"login": world.mayor.dni, "password": "correct horse 7"})

    assert signed_in(client) == world.mayor


def test_the_second_step_is_asked_for_after_an_invitation_too(client, world, invited):
    Authenticator.objects.create(user=invited, type=Authenticator.Type.TOTP, data={"secret": "x"})

    response = client.post("/access/", {"dni": invited.dni, "code": invited.code, "password": STRONG})

    assert response.url == "/accounts/2fa/authenticate/"
    assert signed_in(client).is_anonymous


def test_no_letter_resets_a_password(client, world):  # decision 3
    page = client.get("/accounts/password/lost/")

    assert page.status_code == 200
    assert client.post("/accounts/password/lost/", {"email": "a@b.pe"}).status_code == 405


# Two officials


def test_two_officials_reset_a_lost_password(world):  # decision 3
    proposal = accounts.propose_reset(
        world.legal, municipality=world.municipality, reason="la olvidó", by=world.clerk
    )

    code = accounts.confirm_reset(proposal, by=world.manager)
    accounts.use_code(dni=world.legal.dni, code=code, password=STRONG)

    actions = [event.body["action"] for event in Event.objects.order_by("-pk")[:4]][::-1]
    assert actions == ["account.reset.propose", "account.reset.confirm", "account.code", "account.open"]
    assert User.objects.get(pk=world.legal.pk).check_password(STRONG)


def proposed(world, user=None, **more):
    about = {"municipality": world.municipality, "reason": "la olvidó", "by": world.clerk}
    return accounts.propose_reset(user or world.legal, **about | more)


def test_the_second_official_is_somebody_else(world):  # decision 3
    proposal = proposed(world)

    assert codes(accounts.confirm_reset, proposal, by=world.clerk) == ["access.second-person.same-user"]
    assert codes(accounts.confirm_reset, proposal, by=world.legal) == ["access.second-person.same-user"]
    assert codes(proposed, world, world.clerk) == ["access.second-person.same-user"]
    assert codes(accounts.confirm_reset, proposal, by=world.manager) == []


def test_a_reset_serves_once_and_for_seven_days(world):
    proposal, late = proposed(world), proposed(world, world.atm)
    accounts.confirm_reset(proposal, by=world.manager)

    assert codes(accounts.confirm_reset, proposal, by=world.mayor) == ["access.reset.over"]
    world.move(late.proposed_at + 7 * A_DAY)
    assert codes(accounts.confirm_reset, late, by=world.manager) == ["access.reset.over"]
    world.move(late.proposed_at + 7 * A_DAY - A_MICROSECOND)
    assert codes(accounts.confirm_reset, late, by=world.manager) == []


def test_members_of_the_committee_and_strangers_reset_nothing(world):
    world.draft()
    for who in (world.chair, world.observer, world.outsider, world.host):
        with pytest.raises(PermissionDenied):
            proposed(world, by=who)


def test_officials_of_one_town_do_not_get_at_the_people_of_another(world):
    town = people.create_municipality(by=world.host, name="Tumán", kind="district", ubigeo="140120")
    foreign = account(60, "Tomasa", "Vecina")
    people.invite_mayor(town, foreign, document="JNE 2", by=world.host)

    assert codes(proposed, world, foreign) == ["access.reset.not-your-people"]
    assert codes(proposed, world, world.host) == ["access.reset.not-your-people"]
    assert codes(proposed, world, world.outsider) == []  # somebody without any role, such as a bidder
    with pytest.raises(PermissionDenied):
        accounts.confirm_reset(PasswordReset.objects.get(user=world.outsider), by=foreign)


def test_a_host_who_is_also_an_official_is_out_of_reach(world):
    named = {"document": "RA 1", "by": world.mayor}
    people.appoint_official(world.municipality, Role.ATM, world.host, **named)

    assert codes(proposed, world, world.host) == ["access.reset.not-your-people"]


def test_a_reset_takes_the_second_step_away(world):
    Authenticator.objects.create(user=world.legal, type=Authenticator.Type.TOTP, data={})
    code = accounts.confirm_reset(proposed(world), by=world.manager)

    accounts.use_code(dni=world.legal.dni, code=code, password=STRONG)

    assert not Authenticator.objects.filter(user=world.legal).exists()


def test_a_reset_on_pages(client, world):
    address = f"/municipalities/{world.municipality.pk}/resets/"
    client.force_login(world.clerk)
    client.post(address, {"dni": world.legal.dni, "reason": "la olvidó; mostró su DNI"})
    proposal = PasswordReset.objects.get()
    alone = client.post(f"/resets/{proposal.pk}/confirm/", follow=True)

    client.force_login(world.manager)
    waiting = client.get("/work/")
    sheet = client.post(f"/resets/{proposal.pk}/confirm/")

    assert "access.second-person.same-user" in [message.extra_tags for message in alone.context["messages"]]
    assert "Lidia Asesora" in waiting.text
    assert sheet.context["code"] in sheet.text


def test_a_reset_for_an_unknown_document_is_refused(client, world):
    client.force_login(world.clerk)

    page = client.post(f"/municipalities/{world.municipality.pk}/resets/", {"dni": "99999999", "reason": "x"})

    assert [refusal.code for refusal in page.context["form"].refusals] == ["account.document.unknown"]


# Closing an account


def test_closing_an_account_ends_what_the_person_may_do(client, world):  # decision 1
    tender = world.draft()
    client.force_login(world.chair)

    accounts.deactivate(world.chair, reason="pidió", by=world.host)

    assert not roles.holds(world.chair, "view_tender", tender, clock.now())
    assert client.get("/work/").status_code == 302  # signed out
    event = Event.objects.get(body__action="account.deactivate")
    assert event.body["facts"] == {"account": f"user:{world.chair.pk}"}
    assert event.private_part.content == {"reason": "pidió"}
    assert Notice.objects.filter(user=world.mayor).last()  # told, because a committee may lose its quorum


def test_a_closed_account_is_opened_again_by_a_later_event(world):  # nothing is erased
    tender = world.draft()
    accounts.deactivate(world.chair, reason="error", by=world.host)

    accounts.reactivate(world.chair, reason="error", by=world.host)

    assert roles.holds(world.chair, "view_tender", tender, clock.now())
    assert codes(accounts.reactivate, world.chair, reason="x", by=world.host) == ["account.state.unchanged"]


@pytest.mark.parametrize("who", ["mayor", "manager", "outsider"])
def test_only_the_host_closes_accounts(world, who):  # decision 1
    with pytest.raises(PermissionDenied):
        accounts.deactivate(world.legal, reason="x", by=getattr(world, who))


def test_accounts_are_closed_and_opened_on_a_page(client, world):
    client.force_login(world.host)
    form = {"dni": world.legal.dni, "reason": "x"}

    client.post("/host/accounts/", form | {"deactivate": ""})
    closed = User.objects.get(pk=world.legal.pk).is_active
    client.post("/host/accounts/", form | {"reactivate": ""})

    assert (closed, User.objects.get(pk=world.legal.pk).is_active) == (False, True)


# The first host


def test_the_first_host_is_made_from_the_shell(db, set_clock, capsys):  # decision 1
    call_command("found_installation", dni="10000001", name="Hilda Anfitriona")

    code = capsys.readouterr().out.split()[1]
    host = accounts.use_code(dni="10000001", code=code, password=STRONG)
    event = Event.objects.get(body__action="host.found")
    assert roles.holds_office(host, Role.HOST, None, clock.now())
    assert (event.body["actor"], event.body["facts"]["because"]) == ("shell", "")


def test_the_shell_makes_no_second_host_without_a_public_reason(world, capsys):  # decision 1
    again = {"dni": "10000001", "name": "Hugo Otro"}

    with pytest.raises(CommandError):
        call_command("found_installation", **again)
    assert codes(installation.found, **again) == ["installation.host.exists"]

    call_command("found_installation", **again, because="la anfitriona perdió su clave")
    event = Event.objects.get(body__action="host.found")
    assert event.body["facts"]["because"] == "la anfitriona perdió su clave"


def test_a_lost_first_code_is_printed_again(db, set_clock):
    first = installation.found(dni="10000001", name="Hilda Anfitriona")
    second = installation.found(dni="10000001", name="Hilda Anfitriona")
    tried = {"dni": "10000001", "password": STRONG}

    assert codes(accounts.use_code, code=first, **tried) == ["account.code.wrong"]
    assert codes(accounts.use_code, code=second, **tried) == []
    assert installation.hosts(clock.now()).count() == 1


def test_the_last_host_who_lost_the_password_gets_a_code_and_loses_the_second_step(world):
    Authenticator.objects.create(user=world.host, type=Authenticator.Type.TOTP, data={})

    code = installation.found(dni=world.host.dni, name="Hilda Anfitriona", because="perdió su teléfono")
    accounts.use_code(dni=world.host.dni, code=code, password=STRONG)

    assert not Authenticator.objects.filter(user=world.host).exists()
