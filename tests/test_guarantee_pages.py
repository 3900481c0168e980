"""The pages of guarantees: the next step first, what blocks it, and nothing personal for the public."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from bids.means import means
from guarantees.models import Guarantee
from guarantees.services import contingency, reception
from procurement.schedule import LIMA
from procurement.services import tenders
from procurement.workflow import Blocked

from . import growing, guaranteeing
from .papers import paper
from .test_constant_queries import asked


@pytest.fixture
def tender(world):
    return world.at("consented")


def page(client, user, name, *args):
    """Look at a page as somebody, or as the public."""
    if user is None:
        client.logout()
    else:
        client.force_login(user)
    return client.get(reverse(name, args=args))


def text(answer):
    return answer.content.decode().replace("\xa0", " ")


def act(client, user, guarantee, verb, **data):
    client.force_login(user)
    return client.post(reverse(f"guarantee-{verb}", args=[guarantee.tender_id, guarantee.pk]), data)


LETTER = {
    "amount": "10000.00",
    "currency": "PEN",
    "issuer": "Banco Inventado",
    "number": "CF-77",
    "start": "2026-05-20",
    "expiry": "2027-03-31",
    "custody": "Caja fuerte, sobre 014",
}
FOUND = {
    "in_writing": "on",
    "issuer_authorised": "on",
    "issuer_source": "Lista de la SBS",
    "confirmed_by": "Carla Confirma",
    "confirmed_on": "2026-05-20",
    "wording": ["solidaria", "irrevocable", "incondicional", "de realización automática"],
    "checks": ["beneficiary", "amounts", "obligation", "address", "unconditional", "powers"],
    "verification": "El banco la confirmó.",
}


def test_treasury_receives_a_letter_and_the_manager_reads_why_it_is_not_accepted(world, client, tender):
    """The whole way of a bank's letter by its pages, with one word missing."""  # rules 69-71
    assert "/receive/performance/" in text(page(client, world.treasurer, "guarantee-list", tender.pk))
    chosen = page(client, world.treasurer, "guarantee-receive", tender.pk, "performance")
    assert reverse("guarantee-enter", args=[tender.pk, "performance", "CARTA_FIANZA"]) in text(chosen)

    enter = reverse("guarantee-enter", args=[tender.pk, "performance", "CARTA_FIANZA"])
    answer = client.post(enter, LETTER | {"file": paper("carta.pdf")})
    guarantee = Guarantee.objects.get()
    assert answer.url == guarantee.get_absolute_url()
    assert guarantee.papers.get().document.reserved

    assert act(client, world.legal, guarantee, "verify", **FOUND).status_code == 302
    seen = page(client, world.manager, "guarantee", tender.pk, guarantee.pk)
    assert "guarantee.wording.incomplete" in text(seen)
    assert act(client, world.manager, guarantee, "accept", decision="RG 1").status_code == 422

    assert act(client, world.legal, guarantee, "observe", missing="Falta «sin excusión»").status_code == 302
    assert act(client, world.treasurer, guarantee, "present", **LETTER).status_code == 302
    whole = FOUND | {"wording": [*FOUND["wording"], "sin beneficio de excusión"]}
    assert act(client, world.legal, guarantee, "verify", **whole).status_code == 302
    assert act(client, world.manager, guarantee, "accept", decision="RG 1").status_code == 302
    assert Guarantee.objects.get().state == "in_force"


def steps(client, user, guarantee):
    """Return the names of the steps that a guarantee's page offers this user, the first one first."""
    seen = page(client, user, "guarantee", guarantee.tender_id, guarantee.pk).context
    free = [step.name for step in seen["others"] if not step.refusals]
    return [seen["main"].name, *free] if seen["main"] else free


def test_a_mortgage_and_its_way_back_by_the_pages(world, client, tender):  # G3; CC 1122
    guaranteeing.plan(world, tender)
    guarantee = guaranteeing.receive(world, tender, instrument="HIPOTECA")
    assert steps(client, world.legal, guarantee)[:2] == ["appraise", "verify"]
    worth = {"value": "60000", "haircut": "30", "prior_liens": "0", "done_on": "2026-05-20"}
    worth |= {"appraiser_1": "Ing. Uno", "appraiser_2": "Arq. Dos", "valid_months": "24"}
    assert act(client, world.legal, guarantee, "appraise", **worth).status_code == 302
    checks = [line.key for line in guarantee.kind.checks]
    found = {"in_writing": "on", "public_deed": "Escritura 1", "checks": checks, "verification": "Conforme."}
    assert act(client, world.legal, guarantee, "verify", **found).status_code == 302
    assert act(client, world.manager, guarantee, "accept", decision="RG 1").status_code == 302
    assert "inscrib" in text(page(client, world.legal, "guarantee", tender.pk, guarantee.pk))

    entry = {"entry": "D00001", "inscribed_on": "2026-05-20", "amount": "10000", "rank": "1"}
    assert act(client, world.legal, guarantee, "register", **entry).status_code == 302
    assert "release" not in steps(client, world.manager, guarantee)  # nothing stands in its place yet
    other = guaranteeing.in_force(world, tender)
    assert "release" in steps(client, world.manager, guarantee)
    refused = act(client, world.manager, guarantee, "release", reason="Entró la carta fianza")
    assert list(refused.context["form"].errors) == ["replaced_by"]
    told = {"reason": "Entró la carta fianza", "replaced_by": other.pk}
    assert act(client, world.manager, guarantee, "release", **told).status_code == 302
    back = {"returned_to": "Ana Ruiz", "returned_on": "2026-05-20", "lifted": "Escritura 2"}
    assert act(client, world.treasurer, guarantee, "return", **back).status_code == 302
    assert Guarantee.objects.get(pk=guarantee.pk).state == "returned"


def test_a_surety_is_renewed_claimed_and_paid_by_the_pages(world, client, tender):  # CC 1898
    guarantee = guaranteeing.in_force(world, tender, expiry=date(2027, 3, 31))
    later = {"new_expiry": "2028-03-31", "amount": "10000", "letter": "R1", "confirmed_by": "Carla"}
    assert act(client, world.treasurer, guarantee, "renew", **later).status_code == 302
    agreed = {"until": "2036-01-01", "letter": "Carta 7", "signed_on": "2026-05-20"}
    assert act(client, world.legal, guarantee, "assent", **agreed).status_code == 302
    demand = {"cause": "breach", "act": "RA 40", "amount": "10000", "letter": "Carta notarial 12"}
    day = str(guaranteeing.today())
    assert act(client, world.mayor, guarantee, "claim", **demand, demanded_on=day).status_code == 302
    assert act(client, world.mayor, guarantee, "dismiss", outcome="Se corrigió").status_code == 302
    assert act(client, world.manager, guarantee, "claim", **demand, demanded_on=day).status_code == 302
    money = {"paid": "10000", "paid_on": day, "receipt": "Operación 778"}
    assert act(client, world.treasurer, guarantee, "execute", **money).status_code == 302
    assert Guarantee.objects.get().state == "executed"


def test_an_expired_letter_says_until_when_first_of_all(world, client, tender):  # G1; CC 1898
    guarantee = guaranteeing.in_force(world, tender, expiry=date(2027, 3, 31))
    world.move(datetime.combine(date(2027, 4, 20), time(9), LIMA))
    seen = text(page(client, world.mayor, "guarantee", tender.pk, guarantee.pk))
    assert "guarantee.claim.window-closed" in seen  # although no job has run


def test_the_public_sees_how_it_stands_and_nobody_in_person(world, client, tender):  # domain §2.4
    guarantee = guaranteeing.receive(
        world, tender, instrument="HIPOTECA", registry_entry="P0001234", asset="Casa en el jirón Lima 123"
    )
    reception.add_guarantor(guarantee, name="Fidel Fiador", document="40000077", by=world.treasurer)
    guaranteeing.register(world, guaranteeing.accept(world, guarantee))
    secrets = ["P0001234", "jirón Lima 123", "Fidel Fiador", "40000077", "D00001", "sobre 014", "Ing. Uno"]

    shown = text(page(client, world.legal, "guarantee", tender.pk, guarantee.pk))
    assert [secret for secret in secrets[:5] if secret not in shown] == []
    for user in (None, world.outsider, world.observer):
        public = text(page(client, user, "guarantee", tender.pk, guarantee.pk))
        assert "10,000.00" in public
        assert [secret for secret in secrets if secret in public] == []


def test_what_the_call_does_not_accept_has_no_form(world, client, tender):
    assert page(client, world.treasurer, "guarantee-receive", tender.pk, "bid").status_code == 404
    assert page(client, world.treasurer, "guarantee-enter", tender.pk, "assets", "NADA").status_code == 404
    client.force_login(world.treasurer)
    form = {"amount": "10000", "currency": "PEN", "start": "2026-05-20", "custody": "Caja"}
    refused = client.post(reverse("guarantee-enter", args=[tender.pk, "performance", "DEPOSITO"]), form)
    assert refused.status_code == 422
    assert "guarantee.instrument.not-allowed" in text(refused)
    assert not Guarantee.objects.exists()


def test_the_instruments_say_what_they_are_accepted_for(world, client, tender):  # rule 72
    seen = text(page(client, None, "guarantee-instruments", tender.pk))
    assert seen.count('<section class="card">') == 16


def test_who_works_on_it_finds_it_in_their_work(world, client, tender):
    guarantee = guaranteeing.receive(world, tender)
    assert guarantee.get_absolute_url() in text(page(client, world.legal, "work"))
    guarantee = guaranteeing.verify(world, guarantee)
    assert guarantee.get_absolute_url() in text(page(client, world.manager, "work"))
    assert guarantee.get_absolute_url() not in text(page(client, world.outsider, "work"))


def test_treasury_receives_the_bonds_of_the_bids_by_the_pages(world, client):  # rule 70
    tender = world.at("awarded")
    bid = tender.bids.presented().first()
    assert reverse("bond-list", args=[tender.pk]) in text(page(client, world.treasurer, "work"))
    seen = text(page(client, world.treasurer, "bond-list", tender.pk))
    enter = reverse("bond-receive", args=[tender.pk, bid.pk, "DEPOSITO"])
    assert enter in seen
    client.get(enter)
    form = {"amount": "2000", "currency": "PEN", "start": "2026-04-24", "custody": "Caja fuerte"}
    assert client.post(enter, form).status_code == 302
    assert bid.bonds.get().guarantee.state == "presented"


# How large


def sizing(client, user, tender, **figures):
    client.force_login(user)
    return client.get(reverse("guarantee-sizing", args=[tender.pk]), figures)


FIGURES = {"bond": "30000", "months": 2, "monthly_cost": "15000", "annual_turnover": "180000"}
FIGURES |= {"house_value": "10000", "percentage": "10.20", "annual_cost": "900"}


def test_the_sum_of_the_field_note_to_the_cent(world, client, tender):  # rules 74, 76-79; §5.8
    answer = sizing(client, world.manager, tender, **FIGURES)
    sums = answer.context["result"]

    assert (sums["need"], sums["measure"]) == (Decimal("30000.00"), Decimal("10000.00"))
    assert (sums["accrued_from"], sums["covered_from"]) == (20, 21)
    assert sums["gaps"][-1].missing == Decimal("11640.00")
    assert sums["cost_share"] == Decimal("0.50")
    assert [each.code for each in sums["warnings"]] == ["guarantee.amount.exceeds-local-sense"]
    shown = text(answer)
    for share in ("45.77 %", "18.68 %", "41.67 %"):
        assert share in shown
    assert "Tamshiyacu" in shown


def test_the_sum_begins_with_what_the_terms_state(world, client, tender):  # rule 77
    sums = sizing(client, world.manager, tender).context["result"]
    assert sums["need"] == Decimal("24000.00")
    assert sums["barrier"].houses == Decimal("1.00")
    assert sums["warnings"] == []


@pytest.mark.parametrize("wrong", [{"months": "0"}, {"monthly_cost": "-1"}, {"percentage": "diez"}])
def test_a_figure_that_is_none_is_said(world, client, tender, wrong):
    answer = sizing(client, world.manager, tender, **FIGURES | wrong)
    assert answer.status_code == 422
    assert answer.context["result"] is None


def test_the_plan_says_from_which_month_the_fund_covers(world, client, tender):  # rules 78-79
    client.force_login(world.manager)
    form = {"months": 2, "monthly_cost": "15000", "monthly_turnover": "15000", "percentage": "10.20"}
    told = {"every_months": 3, "bridge": "Reserva de S/ 30,000.00", "responsible": "Gerencia"}
    url = reverse("contingency-plan", args=[tender.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, form | told).status_code == 302

    plan = tender.contingency_plans.get()
    assert (plan.need, plan.first_year_gap, plan.covered_from) == (
        Decimal("30000.00"),
        Decimal("11640.00"),
        21,
    )
    assert tender.minutes.filter(kind="contingency-plan").exists()
    assert "mes 21" in text(sizing(client, world.manager, tender))


def test_a_plan_says_what_covers_the_first_year(world, tender):  # rule 79
    with pytest.raises(Blocked) as blocked:
        contingency.plan(tender, by=world.manager, **guaranteeing.PLAN | {"bridge": " "})
    assert blocked.value.codes == ["guarantee.contingency.bridge-missing"]
    with pytest.raises(PermissionDenied):
        contingency.plan(tender, by=world.outsider, **guaranteeing.PLAN)


def test_a_warning_leads_to_the_page_where_somebody_answers_for_it(world, client, tender):
    guaranteeing.plan(world, tender)
    guarantee = guaranteeing.receive(world, tender, instrument="FIANZA_SOLIDARIA")
    person = {"name": "Fidel Fiador", "document": "40000077", "assets": Decimal("1.00")}
    reception.add_guarantor(guarantee, by=world.treasurer, **person)
    guarantee = reception.verify(guarantee, by=world.legal, **guaranteeing.findings(guarantee))
    override = reverse("tender-override", args=[tender.pk, "guarantee.surety.capacity-low"])
    assert override in text(page(client, world.manager, "guarantee", tender.pk, guarantee.pk))
    assert client.get(override).status_code == 200
    assert client.post(override, {"reason": "Hay otro fiador"}).status_code == 302
    assert act(client, world.manager, guarantee, "accept", decision="RG 1").status_code == 302


def test_the_committee_reads_the_measures_beside_the_barriers(world, client):  # rules 39, 163
    tender = world.at("approved")
    tender.parameters["guarantees.performance.amount"] = "20000.00"
    tender.save()
    seen = text(page(client, world.secretary, "barriers", tender.pk))
    assert "2.00 casas en la plaza" in seen
    assert "regional" in seen
    assert "2.00 casas" in text(page(client, world.secretary, "barrier-check", tender.pk, "guarantee"))


def test_a_second_call_is_told_what_bidders_of_the_first_had(world):  # rules 61, 163
    first = world.at("announced")
    second = tenders.create(world.municipality, town=world.town, title="Otra vez", by=world.manager)
    assert list(means(first)) == []
    bought = world.sell(first)
    bought.no_bid_reason = "guarantee"
    bought.save()
    second.previous = first
    assert [finding.warns for finding in means(second)] == [True]


def test_a_bond_as_the_inventory_says_that_there_is_none_yet(client, tender):  # rule 80
    words = "todavía no hay uno que ambas partes hayan aceptado"
    pages = ("guarantee-list", "guarantee-sizing")
    assert [words in text(page(client, None, name, tender.pk)) for name in pages] == [False, False]
    tender.parameters["guarantees.performance.rule"] = "inventory"
    tender.save()
    assert [words in text(page(client, None, name, tender.pk)) for name in pages] == [True, True]


def test_the_list_asks_as_often_for_thirty_guarantees_as_for_nine(world, client, tender):  # D1
    for number in range(9):
        guaranteeing.receive(world, tender, number=f"CF-{number}")
    url = reverse("guarantee-list", args=[tender.pk])
    people = (world.treasurer, world.legal, world.manager, world.chair, world.outsider)

    def counted():
        found = []
        for user in people:
            client.force_login(user)
            found.append(asked(client, url))
        return found

    before = counted()
    first = tender.guarantees.first()
    for number in range(9, 30):
        growing.clone(first, number=f"CF-{number}")
    assert tender.guarantees.count() == 30
    assert counted() == before
    client.force_login(world.legal)
    waiting = client.get(url).context["waiting"]
    assert [bool(step) for _guarantee, step, *_more in waiting] == [True] * 8 + [False] * 22
