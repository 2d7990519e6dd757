"""Writes what was checked, in one transaction: all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any, TypeVar

from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db.models import F
from django.utils.text import slugify

from accounts.actions.people import handle_base
from accounts.actions.units import group_name
from accounts.directory_import.rows import AgentRow, UnitRow
from accounts.enums import PlatformRole
from accounts.models import AgentSkill, Skill, Unit, User
from core.text import fold

BATCH = 2000

T = TypeVar("T")
# Told the name of a stage, how much of it is done and how much there is.
Progress = Callable[[str, int, int], None]


@dataclass
class Outcome:
    """What an import did, or would do."""

    units_created: int = 0
    units_changed: int = 0
    people_created: int = 0
    people_changed: int = 0
    skills_added: int = 0
    ignored_columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    missing_units: list[str] = field(default_factory=list)
    missing_people: list[str] = field(default_factory=list)
    closed_ids: list[int] = field(default_factory=list)
    kept_administrators: list[str] = field(default_factory=list)
    still_closed: list[str] = field(default_factory=list)


class FreeNames:
    """Names that nobody has yet; remembers how far it counted, since a ministry has many Jean Martin."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = set(taken)
        self.counts: dict[str, int] = {}

    def take(self, base: str) -> str:
        """`base`, or `base-2`, `base-3` …, taken from now on."""
        name, count = base, self.counts.get(base, 1)
        while count > 1 or name in self.taken:
            count += 1
            name = f"{base}-{count}"
            if name not in self.taken:
                break
        self.counts[base] = count
        self.taken.add(name)
        return name


def batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """The items, some thousands at a time."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def write_units(rows: list[UnitRow], outcome: Outcome, progress: Progress) -> list[int]:
    """Makes, renames and moves units; `rows` come parents before children and the tree is locked.

    Gives the ids of those that moved.
    """
    moved: list[int] = []
    units = {unit.code: unit for unit in Unit.objects.all()}
    codes = {unit.path: unit.code for unit in units.values()}
    slugs = FreeNames(unit.slug for unit in units.values())
    outcome.missing_units = sorted(set(units) - {row.code for row in rows})
    new = [row.code for row in rows if row.code not in units]
    groups = {
        group.name: group
        for chunk in batches(new)
        for group in Group.objects.bulk_create([Group(name=group_name(code)) for code in chunk])
    }
    for done, row in enumerate(rows, 1):
        unit = units.get(row.code)
        if unit is None:
            slug = slugs.take(slugify(row.name)[:70].strip("-") or slugify(row.code)[:70] or "unite")
            fields = {"code": row.code, "name": row.name, "kind": row.kind, "slug": slug}
            _add(fields | {"group": groups[group_name(row.code)]}, row.parent_code)
            outcome.units_created += 1
        else:
            parent = codes.get(unit.path[: -Unit.steplen], "")
            is_moved = parent != row.parent_code
            if is_moved:
                _move(row.code, row.parent_code)
                moved.append(unit.pk)
            if is_moved or (unit.name, unit.kind) != (row.name, row.kind):
                Unit.objects.filter(code=row.code).update(name=row.name, kind=row.kind)
                outcome.units_changed += 1
        progress("units", done, len(rows))
    return moved


def _add(fields: dict[str, Any], parent_code: str) -> None:
    if parent_code:
        Unit.objects.add_child(Unit.objects.get(code=parent_code), fields)
    else:
        Unit.objects.add_root(fields)


def _move(code: str, parent_code: str) -> None:
    unit = Unit.objects.get(code=code)
    if parent_code:
        Unit.objects.move(unit, Unit.objects.get(code=parent_code), "last-child")
    else:
        last = Unit.objects.get_last_root_node()
        if last.pk != unit.pk:
            Unit.objects.move(unit, last, "last-sibling")


def write_people(rows: list[AgentRow], outcome: Outcome, progress: Progress) -> set[int]:
    """Makes and changes accounts; `rows` come managers before those whom they manage.

    Gives the ids of those whose unit is new to them.
    """
    units = dict(Unit.objects.values_list("code", "pk"))
    ids: dict[str, int] = dict(User.objects.values_list("email", "pk"))
    handles = FreeNames(User.objects.values_list("handle", flat=True))
    new = [row for row in rows if row.email not in ids]
    known = [row for row in rows if row.email in ids]
    placed: set[int] = set()
    done = 0
    # Level by level: a manager's id is known before those whom they manage are written.
    for _depth, level in groupby(new, key=lambda row: row.depth):
        for chunk in batches(level):
            for person in User.objects.bulk_create([_person(row, units, ids, handles) for row in chunk]):
                ids[person.email] = person.pk
                placed.add(person.pk)
            done += len(chunk)
            progress("people", done, len(rows))
    outcome.people_created = len(new)
    for chunk in batches(known):
        placed |= _change(chunk, units, ids, outcome)
        done += len(chunk)
        progress("people", done, len(rows))
    _write_skills(rows, ids, {row.email for row in new}, outcome, progress)
    return placed


def _person(row: AgentRow, units: dict[str, int], ids: dict[str, int], handles: FreeNames) -> User:
    person = User(
        email=row.email,
        handle=handles.take(handle_base(row.first_name, row.last_name)),
        password=make_password(None),
        first_name=row.first_name,
        last_name=row.last_name,
        function=row.function,
        phone=row.phone,
        unit_id=units[row.unit_code] if row.unit_code else None,
        manager_id=ids[row.manager_email] if row.manager_email else None,
    )
    person.set_keys()
    return person


def _change(rows: list[AgentRow], units: dict[str, int], ids: dict[str, int], outcome: Outcome) -> set[int]:
    people = User.objects.in_bulk([ids[row.email] for row in rows])
    changed, moved = [], set()
    for row in rows:
        person = people[ids[row.email]]
        unit_id = units[row.unit_code] if row.unit_code else None
        values = {"first_name": row.first_name, "last_name": row.last_name, "unit_id": unit_id}
        if row.manager_email is not None:
            values["manager_id"] = ids[row.manager_email] if row.manager_email else None
        # What an agent wrote about themselves is not wiped by an empty cell.
        values |= {name: value for name, value in (("function", row.function), ("phone", row.phone)) if value}
        if not person.is_active:
            outcome.still_closed.append(person.email)
        if person.unit_id != unit_id:
            moved.add(person.pk)
        if any(getattr(person, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(person, name, value)
            person.set_keys()
            changed.append(person)
    fields = ["first_name", "last_name", "function", "phone", "unit", "manager", "search_key", "sort_key"]
    User.objects.bulk_update(changed, fields, batch_size=500)
    outcome.people_changed += len(changed)
    return moved


def _write_skills(
    rows: list[AgentRow], ids: dict[str, int], new: set[str], outcome: Outcome, progress: Progress
) -> None:
    """Adds the skills of the file to those that agents named themselves; it takes none away."""
    skills = {name.casefold(): pk for pk, name in Skill.objects.values_list("pk", "name")}
    slugs = FreeNames(Skill.objects.values_list("slug", flat=True))
    names: dict[str, str] = {}
    for row in rows:
        for name in row.skills:
            if name.casefold() not in skills:
                names.setdefault(name.casefold(), name)
    for chunk in batches(names.values()):
        made = [Skill(name=name, slug=slugs.take(slugify(fold(name))[:90] or "competence")) for name in chunk]
        skills |= {skill.name.casefold(): skill.pk for skill in Skill.objects.bulk_create(made)}
    done = 0
    for chunk in batches(rows):
        known = [ids[row.email] for row in chunk if row.skills and row.email not in new]
        there = set(AgentSkill.objects.filter(content_object__in=known).values_list("content_object", "tag"))
        wanted = {(ids[row.email], skills[name.casefold()]) for row in chunk for name in row.skills}
        rows_to_add = [AgentSkill(content_object_id=person, tag_id=tag) for person, tag in sorted(wanted - there)]
        AgentSkill.objects.bulk_create(rows_to_add)
        outcome.skills_added += len(rows_to_add)
        done += len(chunk)
        progress("skills", done, len(rows))


def settle_groups(placed: set[int], moved_units: list[int], progress: Progress) -> None:
    """Has everyone belong to the groups of their unit and of those above it, and to those of no other unit."""
    belongings = User.groups.through.objects
    wrong = belongings.filter(group__unit__isnull=False).exclude(user__unit__path__startswith=F("group__unit__path"))
    belongings.filter(pk__in=wrong.values("pk")).delete()
    for unit in Unit.objects.filter(pk__in=moved_units):
        placed |= set(User.objects.filter(unit__path__startswith=unit.path).values_list("pk", flat=True))
    groups = dict(Unit.objects.values_list("path", "group"))
    done = 0
    for chunk in batches(sorted(placed)):
        rows = [
            User.groups.through(user_id=pk, group_id=groups[path[:end]])
            for pk, path in User.objects.filter(pk__in=chunk, unit__isnull=False).values_list("pk", "unit__path")
            for end in range(Unit.steplen, len(path) + 1, Unit.steplen)
        ]
        belongings.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
        done += len(chunk)
        progress("groups", done, len(placed))


def close_missing(rows: list[AgentRow], outcome: Outcome, *, deactivate: bool) -> None:
    """Lists the agents who are not in the file, and closes their accounts where asked, administrators' apart."""
    wanted = {row.email for row in rows}
    agents = User.objects.filter(is_active=True, is_external=False).order_by("email").values_list("pk", "email")
    missing = [(pk, email) for pk, email in agents.iterator() if email not in wanted]
    outcome.missing_people = [email for _pk, email in missing]
    if not deactivate:
        return
    # A file cut short must not lock everybody out.
    administrators = set(User.objects.holding(PlatformRole.ADMINISTRATOR).values_list("pk", flat=True))
    outcome.kept_administrators = [email for pk, email in missing if pk in administrators]
    outcome.closed_ids = [pk for pk, _email in missing if pk not in administrators]
    for chunk in batches(outcome.closed_ids):
        User.objects.filter(pk__in=chunk).update(is_active=False, session_epoch=F("session_epoch") + 1)
        UserSession.objects.filter(user__in=chunk).delete()
