"""What is due after the award, in the calendars of a call and of a person."""

from contracts import duties
from procurement import feeds
from procurement.models import Tender


def due_dates(tenders, user, at):
    """What is due: to the public what is public, to a person what concerns them, also where they operate."""
    known = {tender.pk: tender for tender in tenders}
    if user:
        known |= {each.pk: each for each in Tender.objects.filter(contracts__operator=user)}
    agreed = [tender for tender in known.values() if tender.state == "consented"]
    held = duties.roles_held(user, agreed, at) if user else {}
    for due in duties.of(agreed, at) if agreed else ():
        if due.concerns(user, held.get(due.tender.pk, ())) if user else due.public:
            yield feeds.Entry(due.tender, due.key, due.day, due.title, due.url, note=due.note)


feeds.SOURCES.append(due_dates)
