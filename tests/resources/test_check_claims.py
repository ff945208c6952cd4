"""The command that looks for what must never be finds it."""

import pytest
from django.core.management import CommandError, call_command

from resources.models import Claim, SpaceLeaf
from tests import factories

pytestmark = pytest.mark.django_db


def check(capsys) -> str:
    with pytest.raises(CommandError):
        call_command("check_claims")
    return capsys.readouterr().out


def test_an_empty_city_is_in_order(capsys):
    call_command("check_claims")
    assert "in order" in capsys.readouterr().out


def test_a_hold_without_owner(capsys):
    factories.hold()
    assert "1 holds that nothing stands behind" in check(capsys)


def test_a_missing_leaf(capsys):
    room = factories.room()
    SpaceLeaf.objects.filter(space=room.space).delete()
    assert "1 leaves" in check(capsys)


def test_a_claim_after_its_leaf_ended(capsys):
    room = factories.room()
    factories.occupy(room, "2027-01-05 17:00", "2027-01-05 19:00")
    room.space.valid = (None, "2027-01-05")
    room.space.save()
    assert Claim.objects.count() == 1
    assert "1 claims outside the validity" in check(capsys)
