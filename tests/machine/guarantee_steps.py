"""How each verb of a guarantee is taken, and what the right people do first so that it can be."""

from datetime import timedelta

from guarantees.services import life, reception
from procurement import clock
from procurement.schedule import local_day
from procurement.workflow import advance
from tests import guaranteeing

DAY = timedelta(days=1)
DRAWN = ["CARTA_FIANZA", "FIANZA_SOLIDARIA", "HIPOTECA"]


def receive(world, tender, by):
    """Hand in one of the instruments of the contract, another one each time."""
    if not tender.awards.filter(ended_at=None).exists():
        return
    count = tender.guarantees.count()
    owed = guaranteeing.obligor_of(tender)
    brought = guaranteeing.particulars(DRAWN[count % len(DRAWN)], number=f"CF-{count}")
    brought["expiry"] = guaranteeing.today() + 90 * DAY if "expiry" in brought else None
    amount, currency, _rule = reception.asked(tender, "performance")
    told = owed | brought | {"amount": amount, "currency": currency}
    reception.receive(tender, slot="performance", by=by, **told)


def nothing(world, guarantee):
    """What needs no preparation."""


def correct(world, guarantee, by):
    reception.present(guarantee, by=by, amount=guarantee.required_amount)


def verify(world, guarantee, by):
    reception.verify(guarantee, by=by, **guaranteeing.findings(guarantee))


def make_acceptable(world, guarantee):
    guaranteeing.answer_for(world, guarantee)
    guaranteeing.plan(world, guarantee.tender)


def register(world, guarantee, by):
    entry = {"entry": "Asiento D00001", "inscribed_on": guaranteeing.today()}
    reception.register(guarantee, by=by, **entry)


def renew(world, guarantee, by):
    later = (guarantee.expiry or guaranteeing.today()) + 90 * DAY
    life.renew(guarantee, new_expiry=later, letter="Carta 2", confirmed_by="Carla", by=by)


def claim(world, guarantee, by):
    told = {"cause": "breach", "act": "RA 40-2026", "letter": "Carta notarial 12"}
    life.claim(guarantee, demanded_on=guaranteeing.today(), by=by, **told)


def execute(world, guarantee, by):
    told = {"paid": guarantee.amount, "paid_on": guaranteeing.today(), "receipt": "Operación 778"}
    life.execute(guarantee, by=by, **told)


def give_back(world, guarantee, by):
    told = {"returned_to": "Ana Ruiz", "returned_on": guaranteeing.today(), "lifted": "Escritura 9"}
    life.return_it(guarantee, by=by, **told)


def replace(world, guarantee):
    """Put another one in its place, so that it may be released."""
    guaranteeing.in_force(world, guarantee.tender, number=f"CF-R{guarantee.pk}")


def release(world, guarantee, by):
    others = guarantee.tender.guarantees.filter(slot=guarantee.slot, state="in_force")
    other = others.exclude(pk=guarantee.pk).last()
    life.release(guarantee, reason="Otra la reemplaza.", replaced_by=other, by=by)


def go_to(day):
    """Return what moves the clock to a day of the guarantee, if that has not come yet."""

    def ready(world, guarantee):
        wanted = day(guarantee)
        if wanted and wanted > local_day(clock.now()):
            world.move(clock.now() + (wanted - local_day(clock.now())))

    return ready


def kernel(verb):
    return lambda world, guarantee, by: advance(guarantee, verb, by=by)


GUARANTEE = {
    "present": (correct, nothing),
    "observe": (
        lambda world, guarantee, by: reception.observe(guarantee, missing="Falta la firma.", by=by),
        nothing,
    ),
    "verify": (verify, nothing),
    "accept": (
        lambda world, guarantee, by: reception.accept(guarantee, decision="RG 1-2026", by=by),
        make_acceptable,
    ),
    "reject": (
        lambda world, guarantee, by: reception.reject(
            guarantee, decision="RG 2-2026", reason="No cubre el monto.", by=by
        ),
        nothing,
    ),
    "register": (register, nothing),
    "take_effect": (kernel("take_effect"), nothing),
    "fall_due": (kernel("fall_due"), go_to(lambda guarantee: guarantee.expiry)),
    "renew": (renew, nothing),
    "expire": (kernel("expire"), go_to(lambda guarantee: guarantee.expiry and guarantee.expiry + DAY)),
    "claim": (claim, nothing),
    "dismiss": (
        lambda world, guarantee, by: life.dismiss(guarantee, outcome="Se corrigió.", by=by),
        nothing,
    ),
    "execute": (execute, nothing),
    "lose": (
        kernel("lose"),
        go_to(lambda guarantee: guarantee.claim_until and guarantee.claim_until + DAY),
    ),
    "release": (release, replace),
    "return_it": (give_back, nothing),
}
