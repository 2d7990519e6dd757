"""What the lines say, checked against each other and against what is already there."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from sys import intern
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.actions.people import SKILL_LENGTH_MAX, SKILLS_MAX
from accounts.directory_import.problems import Problems
from accounts.directory_import.reader import Table
from accounts.enums import UnitKind
from core.text import fold

UNIT_COLUMNS = ("code", "name", "kind", "parent_code")
AGENT_COLUMNS = ("email", "first_name", "last_name", "unit_code")
AGENT_OPTIONAL = ("function", "manager_email", "skills", "phone")
LENGTHS = {"code": 60, "name": 200, "email": 254, "first_name": 100, "last_name": 100, "function": 200, "phone": 40}
KINDS = {
    "ministry": UnitKind.MINISTRY, "ministere": UnitKind.MINISTRY,
    "direction": UnitKind.DIRECTION, "directorate": UnitKind.DIRECTION,
    "service": UnitKind.SERVICE,
}  # fmt: skip

K = TypeVar("K", bound=Hashable)


@dataclass(slots=True)
class UnitRow:
    """A line of the file of units."""

    line: int
    code: str
    name: str
    kind: str
    parent_code: str


@dataclass(slots=True)
class AgentRow:
    """A line of the file of agents; an empty function, telephone or list of skills leaves what is there."""

    line: int
    email: str
    first_name: str
    last_name: str
    unit_code: str
    function: str
    # None: the file has no such column, and managers stay as they are.
    manager_email: str | None
    skills: tuple[str, ...]
    phone: str
    # How many managers stand above; known once all lines are read.
    depth: int = 0


def unit_rows(table: Table, problems: Problems, known_parents: Mapping[str, str]) -> list[UnitRow]:
    """The units of a file, parents before children.

    `known_parents` gives, for the code of each unit that exists already, that of its parent or an empty text.
    """
    rows: list[UnitRow] = []
    for line, cells in table.rows:
        kind = KINDS.get(fold(cells["kind"]))
        row = UnitRow(line, cells["code"], cells["name"], kind or "", cells["parent_code"])
        _check_lengths(problems, line, cells)
        if not row.code:
            problems.add(line, _("the code is empty."))
        if not row.name:
            problems.add(line, _("the name is empty."))
        if kind is None:
            accepted = ", ".join(["ministère", "direction", "service"])
            facts = {"kind": cells["kind"], "accepted": accepted}
            problems.add(line, _("the kind “%(kind)s” is unknown; write one of: %(accepted)s.") % facts)
        rows.append(row)
    for code, lines in _doubles((row.code, row.line) for row in rows):
        problems.add(lines, _("the code “%(code)s” is used more than once.") % {"code": code})
    by_code = {row.code: row for row in rows}
    for row in rows:
        if row.parent_code and row.parent_code not in by_code and row.parent_code not in known_parents:
            problems.add(row.line, _("no unit has the code “%(code)s” of the parent.") % {"code": row.parent_code})
    parents = {**known_parents, **{row.code: row.parent_code for row in rows}}
    for loop in loops(parents):
        facts = {"codes": " → ".join([*loop, loop[0]])}
        concerned = [by_code[code].line for code in loop if code in by_code]
        problems.add(concerned, _("these units contain each other: %(codes)s.") % facts)
    return sorted(rows, key=lambda row: depth_of(row.code, parents.get))


def agent_rows(
    table: Table, problems: Problems, known_codes: set[str], known_managers: Mapping[str, str], externals: set[str]
) -> list[AgentRow]:
    """The agents of a file, managers before those whom they manage.

    Args:
        known_codes: the codes of all units, those of the file included.
        known_managers: for each account that exists already, the address of its manager or an empty text.
        externals: the addresses of external partners, who are not in a directory of agents.
    """
    rows: list[AgentRow] = []
    for line, cells in table.rows:
        rows.append(_agent(line, cells))
        _check_agent(problems, rows[-1], cells, known_codes, externals)
    for email, lines in _doubles((row.email, row.line) for row in rows):
        problems.add(lines, _("the address “%(email)s” is used more than once.") % {"email": email})
    lines_by_email = {row.email: row.line for row in rows}
    managers = dict(known_managers)
    for row in rows:
        if row.manager_email and row.manager_email not in lines_by_email and row.manager_email not in known_managers:
            facts = {"email": row.manager_email}
            problems.add(row.line, _("the manager “%(email)s” is neither in the file nor in the directory.") % facts)
        if row.manager_email is not None:
            managers[row.email] = row.manager_email
    for loop in loops(managers):
        if concerned := [lines_by_email[email] for email in loop if email in lines_by_email]:
            facts = {"emails": " → ".join([*loop, loop[0]])}
            problems.add(concerned, _("these agents manage each other: %(emails)s.") % facts)
    for row in rows:
        row.depth = depth_of(row.email, managers.get)
    rows.sort(key=lambda row: row.depth)
    return rows


def _agent(line: int, cells: dict[str, str]) -> AgentRow:
    skills: dict[str, str] = {}
    for name in cells.get("skills", "").split("|"):
        if name := name.strip():
            skills.setdefault(name.casefold(), intern(name))
    return AgentRow(
        line=line,
        email=cells["email"].lower(),
        first_name=intern(cells["first_name"]),
        last_name=intern(cells["last_name"]),
        unit_code=intern(cells["unit_code"]),
        function=intern(cells.get("function", "")),
        manager_email=intern(cells["manager_email"].lower()) if "manager_email" in cells else None,
        skills=tuple(skills.values()),
        phone=cells.get("phone", ""),
    )


def _check_agent(
    problems: Problems, row: AgentRow, cells: dict[str, str], known_codes: set[str], externals: set[str]
) -> None:
    _check_lengths(problems, row.line, cells)
    if not row.email:
        problems.add(row.line, _("the address is empty."))
    elif not _is_email(row.email):
        problems.add(row.line, _("“%(email)s” is not an e-mail address.") % {"email": row.email})
    elif row.email in externals:
        problems.add(row.line, _("“%(email)s” is the address of an external partner.") % {"email": row.email})
    if not row.first_name or not row.last_name:
        problems.add(row.line, _("the first name or the last name is empty."))
    if row.unit_code and row.unit_code not in known_codes:
        problems.add(row.line, _("no unit has the code “%(code)s”.") % {"code": row.unit_code})
    if len(row.skills) > SKILLS_MAX or any(len(name) > SKILL_LENGTH_MAX for name in row.skills):
        facts = {"count": SKILLS_MAX, "length": SKILL_LENGTH_MAX}
        problems.add(row.line, _("at most %(count)d skills of at most %(length)d characters, separated by |.") % facts)


def _check_lengths(problems: Problems, line: int, cells: dict[str, str]) -> None:
    for column, value in cells.items():
        if len(value) > LENGTHS.get(column, len(value)):
            facts = {"column": column, "length": LENGTHS[column]}
            problems.add(line, _("“%(column)s” holds more than %(length)d characters.") % facts)


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _doubles(pairs: Iterable[tuple[str, int]]) -> list[tuple[str, list[int]]]:
    lines: dict[str, list[int]] = {}
    for value, line in pairs:
        if value:
            lines.setdefault(value, []).append(line)
    return [(value, numbers) for value, numbers in lines.items() if len(numbers) > 1]


def loops(above: Mapping[str, str]) -> list[list[str]]:
    """Each chain of “above” that comes back to where it started, once."""
    done: set[str] = set()
    found = []
    for start in above:
        chain: dict[str, None] = {}
        at = start
        while at and at not in done and at not in chain:
            chain[at] = None
            at = above.get(at, "")
        if at in chain:
            order = list(chain)
            found.append(order[order.index(at) :])
        done.update(chain)
    return found


def depth_of(key: str, above: Callable[[str, Any], Any]) -> int:
    """How many stand above; whoever stands in a loop is stopped after as many steps as no tree has."""
    depth, at = 0, above(key, "")
    while at and depth < 100:
        depth, at = depth + 1, above(at, "")
    return depth
