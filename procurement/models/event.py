"""The log as the database keeps it, and what was signed about it."""

import rfc8785
from django.conf import settings
from django.db import models

from procurement import merkle, signed_note


class Log(models.Model):
    """The head of one log: its number of events, and the right edge of the hash tree over them (RFC 6962).

    `procurement.log.record` lets it grow; its row is the lock under which an event gets its index.
    """

    origin = models.CharField(max_length=200, unique=True)
    size = models.PositiveBigIntegerField(default=0)
    edge = models.JSONField(default=list)

    def __str__(self):
        return f"{self.origin}, {self.size}"

    @property
    def root(self):
        """The root over all events so far, in hexadecimal."""
        return merkle.root([bytes.fromhex(node) for node in self.edge]).hex()


class EventQuerySet(models.QuerySet):
    def of(self, subject):
        """The log of a tender, or of the installation, oldest first."""
        return self.filter(log=subject.log_origin)


class Event(models.Model):
    """One thing that happened: a leaf of the log of its tender, or of the installation.

    The database refuses to change or delete it (migration 0002). There is no foreign key: the log must never
    block or follow live data. `nodes` are the hashes of the complete subtrees that it ends, from its own leaf
    upwards, 32 bytes each: with them every proof reads O(log n) events.
    """

    log = models.CharField(max_length=200)
    index = models.PositiveBigIntegerField()
    body = models.JSONField()
    nodes = models.BinaryField()

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["log", "index"]
        constraints = [models.UniqueConstraint(name="one_event_per_index", fields=["log", "index"])]

    def __str__(self):
        return f"{self.log} {self.index}: {self.body['action']}"

    @property
    def leaf(self):
        """The bytes that are hashed, published and verified: canonical JSON (RFC 8785)."""
        return rfc8785.dumps(self.body)


class PrivatePart(models.Model):
    """What an event says about people or drafts: never published, proved by the digest in the leaf."""

    event = models.OneToOneField(Event, models.PROTECT, related_name="private_part")
    salt = models.CharField(max_length=64)
    content = models.JSONField()

    def __str__(self):
        return f"private part of {self.event}"


class Checkpoint(models.Model):
    """One size of a log as the installation signed it (a C2SP note); it embeds the head of the installation's
    own log at that moment (decision 13).

    `token` is the answer of a time-stamping authority (RFC 3161, DER) over the note, if one was asked.
    """

    log = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    note = models.TextField()
    issued_at = models.DateTimeField()
    token = models.BinaryField(null=True)

    class Meta:
        ordering = ["log", "size"]
        constraints = [models.UniqueConstraint(name="one_checkpoint_per_size", fields=["log", "size"])]

    def __str__(self):
        return f"{self.log}, {self.size}"

    @property
    def stated(self):
        """What the note states: origin, size, root."""
        return signed_note.read(self.note)[0]


class LogWitness(models.Model):
    """Whoever cosigns the checkpoints of a tender's log: an observer of the JVS, with a key of their own.

    `public` is the public half (base64); the other half never comes here.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="log_witnesses")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="log_witnesses")
    name = models.CharField(max_length=100)
    public = models.CharField(max_length=44)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(name="one_key_per_witness", fields=["tender", "name"]),
        ]

    def __str__(self):
        return self.name


class Cosignature(models.Model):
    """A witness saw this checkpoint, and no other log before it (C2SP cosignature/v1).

    `signed_at` is what the witness's own clock says; `at` when it came here.
    """

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="cosignatures")
    witness = models.ForeignKey(LogWitness, models.PROTECT, related_name="cosignatures")
    line = models.CharField(max_length=400)
    signed_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["checkpoint__size", "pk"]
        constraints = [models.UniqueConstraint(name="one_cosignature_each", fields=["checkpoint", "witness"])]

    def __str__(self):
        return f"{self.witness}: {self.checkpoint}"
