"""The administration's tree. Every write locks it first: two at once would leave a wrong tree behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.enums import UnitKind
from accounts.events import UnitChanged, UnitCreated, UnitMoved
from accounts.mobility import Move, groups_that_give
from accounts.models import Unit, User
from core.actions.audit import record_audit
from core.actions.outbox import publish
from core.errors import BusinessRuleError
from core.platform import require_platform

BATCH = 5000


def lock_tree() -> None:
    """Makes every other writer of the tree wait for the end of this transaction; nodes are read after it.

    The row of the model's content type stands for the roots: it is there before the first of them.
    """
    pk = ContentType.objects.get_for_model(Unit).pk
    ContentType.objects.select_for_update(no_key=True).get(pk=pk)


def free_slug(name: str, code: str) -> str:
    """An address for a unit that no other has."""
    base = slugify(name)[:70].strip("-") or slugify(code)[:70] or "unite"
    taken = set(Unit.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return first_free(base, taken)


def first_free(base: str, taken: set[str]) -> str:
    """`base`, or the first of `base-2`, `base-3` … that is not taken."""
    number, name = 1, base
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    return name


@transaction.atomic
def create_unit(*, actor: Any, code: str, name: str, kind: str, parent: Unit | None = None) -> Unit:
    """Adds a unit under `parent`, or as a root, with the group that its agents will belong to.

    Raises:
        BusinessRuleError: the code is taken, or nothing is written in it.
    """
    require_platform(actor, "accounts.manage_directory")
    code, name = code.strip(), name.strip()
    if not code or not name or kind not in UnitKind.values:
        raise BusinessRuleError(_("A unit has a code, a name and a kind."))
    lock_tree()
    if Unit.objects.filter(code=code).exists():
        raise BusinessRuleError(_("The code “%(code)s” is already that of another unit.") % {"code": code})
    group = Group.objects.create(name=group_name(code))
    fields = {"code": code, "name": name, "kind": kind, "slug": free_slug(name, code), "group": group}
    unit: Unit
    if parent is None:
        unit = Unit.objects.add_root(fields)
    else:
        unit = Unit.objects.add_child(Unit.objects.get(pk=parent.pk), fields)
    record_audit(actor=actor, verb="accounts.create_unit", target=unit, parent=parent.code if parent else "")
    publish(UnitCreated(unit_id=unit.pk))
    return unit


def group_name(code: str) -> str:
    """What the group of a unit is called in the administration of rights."""
    return f"unit {code}"


@transaction.atomic
def rename_unit(*, actor: Any, unit: Unit, name: str) -> None:
    """Gives a unit another name; its code and its address stay, so that links go on leading to it.

    Raises:
        BusinessRuleError: the name is blank.
    """
    require_platform(actor, "accounts.manage_directory")
    if not name.strip():
        raise BusinessRuleError(_("A unit has a code, a name and a kind."))
    record_audit(actor=actor, verb="accounts.rename_unit", target=unit, name=name.strip())
    Unit.objects.filter(pk=unit.pk).update(name=name.strip())
    unit.name = name.strip()
    publish(UnitChanged(unit_id=unit.pk))


@transaction.atomic
def move_unit(*, actor: Any, unit: Unit, parent: Unit | None) -> Unit:
    """Puts a unit, with all it holds, under another; its agents change groups in the same transaction.

    Raises:
        BusinessRuleError: the new parent is the unit itself or stands below it.
    """
    require_platform(actor, "accounts.manage_directory")
    lock_tree()
    unit = Unit.objects.get(pk=unit.pk)
    before = ancestor_groups(unit)
    if parent is None:
        last = Unit.objects.get_last_root_node()
        if last.pk != unit.pk:
            Unit.objects.move(unit, last, "last-sibling")
    else:
        parent = Unit.objects.get(pk=parent.pk)
        if parent.path.startswith(unit.path):
            raise BusinessRuleError(_("A unit cannot stand below itself."))
        Unit.objects.move(unit, parent, "last-child")
    unit = Unit.objects.get(pk=unit.pk)
    after = ancestor_groups(unit)
    _exchange_groups(unit, before, after)
    record_audit(actor=actor, verb="accounts.move_unit", target=unit, parent=parent.code if parent else "")
    left, reached = tuple(sorted(before - after)), tuple(sorted(after - before))
    publish(UnitMoved(unit_id=unit.pk, left=left, reached=reached))
    return unit


@transaction.atomic
def change_unit(*, actor: Any, unit: Unit, name: str, parent: Unit | None) -> Unit:
    """Gives a unit its name and its place at once; what stays as it is is not written.

    Raises:
        BusinessRuleError: see `rename_unit` and `move_unit`; then neither is changed.
    """
    require_platform(actor, "accounts.manage_directory")
    lock_tree()
    unit = Unit.objects.get(pk=unit.pk)
    if name.strip() != unit.name:
        rename_unit(actor=actor, unit=unit, name=name)
    if Unit.objects.get_parent(unit) != parent:
        unit = move_unit(actor=actor, unit=unit, parent=parent)
    return unit


def moves_with(unit: Unit, parent: Unit | None) -> Iterator[Move]:
    """What each agent of a unit, and of all below it, would leave and reach with it under another."""
    before = ancestor_groups(unit)
    after = set(Unit.objects.at_or_above(parent).values_list("group", flat=True)) if parent else set()
    left, reached = frozenset(before - after), frozenset(after - before)
    if (left | reached) & groups_that_give():
        people = User.objects.current().in_unit(unit).values_list("pk", flat=True)
        yield from (Move(pk, left, reached) for pk in people.iterator(BATCH))


def ancestor_groups(unit: Unit) -> set[int]:
    """The groups of the units above."""
    return set(Unit.objects.at_or_above(unit).exclude(pk=unit.pk).values_list("group", flat=True))


def _exchange_groups(unit: Unit, before: set[int], after: set[int]) -> None:
    belongings = User.groups.through.objects
    people = User.objects.filter(unit__path__startswith=unit.path)
    belongings.filter(group__in=before - after, user__in=people.values("pk")).delete()
    rows = (
        User.groups.through(user_id=pk, group_id=group)
        for pk in people.order_by("pk").values_list("pk", flat=True).iterator(BATCH)
        for group in sorted(after - before)
    )
    belongings.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
