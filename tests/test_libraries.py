"""What the libraries do that our rules guard against. When an upgrade changes one of these, think again."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django_fsm import TransitionNotAllowed
from django_fsm.signals import post_transition
from guardian.shortcuts import get_objects_for_user

from procurement import clock
from procurement.models import Tender, User

DRAFT, WITHDRAWN, CLOSED = Tender.State.DRAFT, Tender.State.WITHDRAWN, Tender.State.CLOSED


@pytest.fixture
def withdrawn_past_the_kernel(world):
    """A tender moved in memory, without permission, save or event."""
    tender = world.draft()
    tender.judged_at = clock.now()
    tender.withdraw(at=clock.now())
    return tender


def test_fsm_a_transition_asks_for_no_permission_and_saves_nothing(withdrawn_past_the_kernel):
    assert withdrawn_past_the_kernel.state == WITHDRAWN
    assert Tender.objects.get().state == DRAFT


def test_fsm_the_signal_after_a_transition_comes_before_the_save(world):
    stored = []

    def look(**_):
        stored.append(Tender.objects.get().state)

    tender = world.draft()
    tender.judged_at = clock.now()
    post_transition.connect(look)
    tender.withdraw(at=clock.now())
    post_transition.disconnect(look)

    assert stored == [DRAFT]


def test_fsm_a_guard_without_the_kernels_instant_fails(world):
    """Called past the kernel, a transition with guards is not judged by another clock: it breaks."""
    tender = world.draft()

    with pytest.raises((AttributeError, TransitionNotAllowed)):
        tender.approve(at=clock.now())


def test_fsm_an_update_goes_past_the_protection(world):
    world.draft()

    Tender.objects.update(state=CLOSED, announced_at=clock.now(), closed_at=clock.now())

    assert Tender.objects.get().state == CLOSED


def test_fsm_an_assignment_is_refused(world):
    tender = world.draft()

    with pytest.raises(AttributeError):
        tender.state = CLOSED


def test_fsm_a_failed_refresh_switches_the_protection_off_for_the_whole_process(world):
    gone, other = world.draft(), Tender()
    field = Tender._meta.get_field("state")
    gone.pk = 0

    with pytest.raises(Tender.DoesNotExist):
        gone.refresh_from_db()
    unprotected = not field.protected
    other.state = CLOSED  # accepted
    field.protected = True

    assert unprotected
    assert other.state == CLOSED


def test_fsm_the_concurrency_mixin_watches_the_state_only(withdrawn_past_the_kernel):
    Tender.objects.update(title="a colleague's title")

    withdrawn_past_the_kernel.save()

    assert Tender.objects.get().title != "a colleague's title"  # lost: hence the lock


def test_django_a_superuser_passes_every_has_perm(world):
    world.outsider.is_superuser = True

    assert world.outsider.has_perm("procurement.announce_tender", world.draft())


def test_guardian_sees_no_membership_in_our_groups(world):
    """Appointments, not `user.groups`, say who holds a role: whoever asks guardian by mistake is told no."""
    tender = world.draft()

    assert not world.chair.has_perm("procurement.view_tender", tender)
    assert not get_objects_for_user(world.chair, "procurement.view_tender", Tender).exists()


def test_guardian_stumbles_over_the_anonymous_user(db):
    with pytest.raises(User.DoesNotExist):
        get_objects_for_user(AnonymousUser(), "procurement.view_tender", Tender)
