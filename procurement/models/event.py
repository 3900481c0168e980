"""The log as the database keeps it."""

import rfc8785
from django.db import models

from procurement import merkle


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
    block or follow live data.
    """

    log = models.CharField(max_length=200)
    index = models.PositiveBigIntegerField()
    body = models.JSONField()

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
