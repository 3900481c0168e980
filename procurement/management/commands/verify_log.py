from django.core.management.base import BaseCommand, CommandError

from procurement.log import digest
from procurement.merkle import completed, grown, leaf_hash, root_of
from procurement.models import Event, Log, PrivatePart


class Command(BaseCommand):
    help = "Compute every log again from its events and say what does not fit its head. Changes nothing."

    def handle(self, **options):
        origins = set(Event.objects.values_list("log", flat=True).distinct())
        heads = {log.origin: log for log in Log.objects.all()}
        wrong = 0
        for origin in sorted(origins | set(heads)):
            faults = list(faults_of(origin, heads.get(origin)))
            wrong += len(faults)
            for fault in faults:
                self.stderr.write(f"{origin}: {fault}")
            if not faults:
                self.stdout.write(f"{origin}: {heads[origin].size} events, root {heads[origin].root}")
        if wrong:
            raise CommandError(f"{wrong} faults")


def faults_of(origin, head):
    """Say what is wrong with one log: a gap, a strange leaf, a root or a private part that does not fit."""
    events = list(Event.objects.filter(log=origin).order_by("index"))
    if not head:
        yield "has events but no head"
        return
    if [event.index for event in events] != list(range(head.size)):
        yield f"has {len(events)} events, its head counts {head.size}"
    for event in events:
        if (event.body.get("log"), event.body.get("index")) != (origin, event.index):
            yield f"event {event.index} says it is another one"
    if root_of([event.leaf for event in events]).hex() != head.root:
        yield "the root of its events is not the root of its head"
    yield from false_nodes(events)
    for part in PrivatePart.objects.filter(event__log=origin).select_related("event"):
        if digest(part.salt, part.content) != part.event.body["private"]:
            yield f"the private part of event {part.event.index} does not fit"


def false_nodes(events):
    """Say which events keep hashes, of which proofs are made, that do not follow from the events."""
    edge = []
    for size, event in enumerate(events):
        nodes = completed(edge, size, leaf_hash(event.leaf))
        edge = grown(edge, nodes)
        if bytes(event.nodes) != b"".join(nodes):
            yield f"the hashes kept with event {event.index} do not fit"
