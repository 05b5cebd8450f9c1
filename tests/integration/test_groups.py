"""The groups after migrate."""

import pytest
from django.contrib.auth.models import Group

from newsroom.groups import PERMISSIONS_BY_GROUP, make_groups

pytestmark = pytest.mark.django_db


def permissions_of(group: Group) -> set[str]:
    return {
        f"{app}.{codename}"
        for app, codename in group.permissions.values_list("content_type__app_label", "codename")
    }


def test_groups_hold_what_the_table_says_after_migrate() -> None:
    found = {group.name: permissions_of(group) for group in Group.objects.all()}
    assert found == {name: set(labels) for name, labels in PERMISSIONS_BY_GROUP.items()}


def test_groups_made_twice_stay_as_they_are() -> None:
    before = set(Group.objects.values_list("id", "name", "permissions"))
    make_groups()
    assert set(Group.objects.values_list("id", "name", "permissions")) == before


def test_permission_taken_by_hand_comes_back() -> None:
    group = Group.objects.get(name="Editor")
    group.permissions.clear()
    make_groups()
    assert permissions_of(group) == set(PERMISSIONS_BY_GROUP["Editor"])
