"""The page where a committee tries its rules: who may, what it says, and that it leaves nothing behind."""

from django.urls import reverse

from procurement.models import Event


def trial_of(client, tender, **typed):
    return client.get(reverse("trial", args=[tender.pk]), typed)


def test_a_trial_says_who_would_win_and_leaves_nothing(world, client):
    tender = world.at("approved")
    before = Event.objects.count(), type(tender).objects.get(pk=tender.pk).version
    client.force_login(world.chair)

    answer = trial_of(client, tender)
    assert answer.status_code == 200
    assert answer.context["tried"]
    assert "No es un resultado" in answer.content.decode()
    assert (Event.objects.count(), type(tender).objects.get(pk=tender.pk).version) == before
