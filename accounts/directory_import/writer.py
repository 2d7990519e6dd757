"""Writes what was checked, in one transaction: all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from secrets import token_urlsafe
from typing import TypeVar

from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import F, Model
from django.utils.text import slugify

from accounts.actions.people import handle_base
from accounts.actions.units import group_name
from accounts.directory_import.rows import AgentRow, UnitRow
from accounts.enums import PlatformRole
from accounts.mobility import Move
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
    # Who left and reached what is given by unit, and what that brings, in words.
    moves: list[Move] = field(default_factory=list)
    brought: list[str] = field(default_factory=list)


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


def write_units(rows: list[UnitRow], outcome: Outcome, progress: Progress) -> None:
    """Makes, renames and moves units; `rows` come parents before children and the tree is locked."""
    units = {unit.code: unit for unit in Unit.objects.all()}
    codes = {unit.path: unit.code for unit in units.values()}
    outcome.missing_units = sorted(set(units) - {row.code for row in rows})
    new = [row for row in rows if row.code not in units]
    moved = {
        row.code
        for row in rows
        if row.code in units and codes.get(units[row.code].path[: -Unit.steplen], "") != row.parent_code
    }
    slugs = FreeNames(unit.slug for unit in units.values())
    made = {row.code: _unit(row, slugs) for row in new}
    for chunk in batches(new):
        groups = Group.objects.bulk_create([Group(name=group_name(row.code)) for row in chunk])
        for row, group in zip(chunk, groups, strict=True):
            made[row.code].group = group
    if moved:
        _write_one_by_one(rows, units, made, moved)
    else:
        _write_in_bulk(new, units, made)
    outcome.units_created = len(new)
    for row in rows:
        unit = units.get(row.code)
        is_renamed = unit is not None and (unit.name, unit.kind) != (row.name, row.kind)
        if is_renamed:
            Unit.objects.filter(code=row.code).update(name=row.name, kind=row.kind)
        outcome.units_changed += is_renamed or row.code in moved
    progress("units", len(rows), len(rows))


def _unit(row: UnitRow, slugs: FreeNames) -> Unit:
    slug = slugs.take(slugify(row.name)[:70].strip("-") or slugify(row.code)[:70] or "unite")
    return Unit(code=row.code, name=row.name, kind=row.kind, slug=slug)


def _write_in_bulk(new: list[UnitRow], units: dict[str, Unit], made: dict[str, Unit]) -> None:
    """Where nothing moves, new units only need the next free step below their parents: no query for each."""
    last: dict[str, int] = {}
    for unit in units.values():
        parent, step = unit.path[: -Unit.steplen], Unit._str2int(unit.path[-Unit.steplen :])
        last[parent] = max(step, last.get(parent, 0))
    children: dict[str, int] = {}
    for row in new:
        unit = made[row.code]
        above = (made.get(row.parent_code) or units[row.parent_code]).path if row.parent_code else ""
        last[above] = last.get(above, 0) + 1
        unit.depth = len(above) // Unit.steplen + 1
        unit.path = Unit._get_path(above, unit.depth, last[above])
        children[above] = children.get(above, 0) + 1
    for unit in made.values():
        unit.numchild = children.pop(unit.path, 0)
    for chunk in batches(new):
        Unit.objects.bulk_create([made[row.code] for row in chunk])
    for path, count in children.items():
        Unit.objects.filter(path=path).update(numchild=F("numchild") + count)


def _write_one_by_one(rows: list[UnitRow], units: dict[str, Unit], made: dict[str, Unit], moved: set[str]) -> None:
    """A unit may move under a new one, and a new one stand under one that moved: each after its parent."""
    for row in rows:
        if row.code not in units:
            unit = made[row.code]
            if row.parent_code:
                Unit.objects.add_child(Unit.objects.get(code=row.parent_code), instance=unit)
            else:
                Unit.objects.add_root(instance=unit)
        elif row.code in moved:
            _move(row.code, row.parent_code)


def _move(code: str, parent_code: str) -> None:
    unit = Unit.objects.get(code=code)
    if parent_code:
        Unit.objects.move(unit, Unit.objects.get(code=parent_code), "last-child")
    else:
        last = Unit.objects.get_last_root_node()
        if last.pk != unit.pk:
            Unit.objects.move(unit, last, "last-sibling")


def write_people(rows: list[AgentRow], outcome: Outcome, progress: Progress) -> None:
    """Makes and changes accounts; `rows` come managers before those whom they manage."""
    units = dict(Unit.objects.values_list("code", "pk"))
    ids: dict[str, int] = dict(User.objects.values_list("email", "pk"))
    handles = FreeNames(User.objects.values_list("handle", flat=True))
    new = [row for row in rows if row.email not in ids]
    known = [row for row in rows if row.email in ids]
    done = 0
    # Level by level: a manager's id is known before those whom they manage are written.
    for _depth, level in groupby(new, key=lambda row: row.depth):
        for chunk in batches(level):
            for person in User.objects.bulk_create([_person(row, units, ids, handles) for row in chunk]):
                ids[person.email] = person.pk
            done += len(chunk)
            progress("people", done, len(rows))
    outcome.people_created = len(new)
    for chunk in batches(known):
        _change(chunk, units, ids, outcome)
        done += len(chunk)
        progress("people", done, len(rows))
    _write_skills(rows, ids, {row.email for row in new}, outcome, progress)


def _person(row: AgentRow, units: dict[str, int], ids: dict[str, int], handles: FreeNames) -> User:
    person = User(
        email=row.email,
        handle=handles.take(handle_base(row.first_name, row.last_name)),
        # Unusable, as make_password(None) writes it at ten times the cost.
        password=UNUSABLE_PASSWORD_PREFIX + token_urlsafe(30),
        first_name=row.first_name,
        last_name=row.last_name,
        function=row.function,
        phone=row.phone,
        unit_id=units[row.unit_code] if row.unit_code else None,
        manager_id=ids[row.manager_email] if row.manager_email else None,
    )
    person.set_keys()
    return person


def _change(rows: list[AgentRow], units: dict[str, int], ids: dict[str, int], outcome: Outcome) -> None:
    people = User.objects.in_bulk([ids[row.email] for row in rows])
    changed = []
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
        if any(getattr(person, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(person, name, value)
            person.set_keys()
            changed.append(person)
    fields = ["first_name", "last_name", "function", "phone", "unit", "manager", "search_key", "sort_key"]
    User.objects.bulk_update(changed, fields, batch_size=500)
    outcome.people_changed += len(changed)


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
    for part in batches(names.values()):
        made = [Skill(name=name, slug=slugs.take(slugify(fold(name))[:90] or "competence")) for name in part]
        skills |= {skill.name.casefold(): skill.pk for skill in Skill.objects.bulk_create(made)}
    done = 0
    for chunk in batches(rows):
        known = [ids[row.email] for row in chunk if row.skills and row.email not in new]
        there = set(AgentSkill.objects.filter(content_object__in=known).values_list("content_object", "tag"))
        wanted = {(ids[row.email], skills[name.casefold()]) for row in chunk for name in row.skills}
        _insert_pairs(AgentSkill, ("content_object_id", "tag_id"), sorted(wanted - there))
        outcome.skills_added += len(wanted - there)
        done += len(chunk)
        progress("skills", done, len(rows))


def _insert_pairs(model: type[Model], columns: tuple[str, str], pairs: list[tuple[int, int]]) -> None:
    """Rows of two numbers, by hundreds of thousands: objects would cost more than the rows."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES (%s, %s)", pairs)  # noqa: S608


def settle_groups(progress: Progress) -> None:
    """Has everyone belong to the groups of their unit and of those above it, and to those of no other unit.

    Whoever is right already is not touched: the database itself finds what is wrong and what is missing.
    """
    belongings = User.groups.through
    wrong = belongings.objects.filter(group__unit__isnull=False).exclude(
        user__unit__path__startswith=F("group__unit__path")
    )
    belongings.objects.filter(pk__in=wrong.values("pk")).delete()
    groups = dict(Unit.objects.values_list("path", "group"))
    pairs = [
        (pk, groups[path[:end]])
        for pk, path in Unit.objects.values_list("pk", "path")
        for end in range(Unit.steplen, len(path) + 1, Unit.steplen)
    ]
    tables = {"people": User._meta.db_table, "belongings": belongings._meta.db_table}
    done = 0
    for chunk in batches(pairs):
        values = ", ".join(["(%s, %s)"] * len(chunk))
        # Names of our own tables, numbers as parameters.
        sql = (  # noqa: S608
            "WITH pairs (unit_id, group_id) AS (VALUES {values}) "
            "INSERT INTO {belongings} (user_id, group_id) "
            "SELECT person.id, pairs.group_id FROM {people} person JOIN pairs ON pairs.unit_id = person.unit_id "
            "WHERE NOT EXISTS (SELECT 1 FROM {belongings} there "
            "WHERE there.user_id = person.id AND there.group_id = pairs.group_id)"
        ).format(values=values, **tables)
        with connection.cursor() as cursor:
            cursor.execute(sql, [number for pair in chunk for number in pair])
        done += len(chunk)
        progress("groups", done, len(pairs))


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
