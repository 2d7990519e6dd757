"""The import from end to end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.actions.units import lock_tree
from accounts.directory_import.moves import belongings, moves_since
from accounts.directory_import.problems import ImportRefused, Problems
from accounts.directory_import.reader import read_table
from accounts.directory_import.rows import AGENT_COLUMNS, AGENT_OPTIONAL, UNIT_COLUMNS, agent_rows, unit_rows
from accounts.directory_import.writer import Outcome, Progress, close_missing, settle_groups, write_people, write_units
from accounts.events import DirectoryImported
from accounts.mobility import moves_in_figures
from accounts.models import Unit, User
from core.actions.audit import record_audit
from core.actions.outbox import publish
from core.platform import require_platform


def _silent(stage: str, done: int, total: int) -> None:
    return None


@transaction.atomic
def import_directory(
    *,
    actor: Any,
    units: Path,
    agents: Path,
    dry_run: bool = False,
    deactivate_missing: bool = False,
    progress: Progress = _silent,
) -> Outcome:
    """Loads the administration's directory: units and their tree, agents with unit, manager and skills.

    Running it again with the same files changes nothing.

    Args:
        dry_run: does everything, says what it did, and takes it back.
        deactivate_missing: closes the accounts of agents who are not in the file.
        progress: told each stage, how much is done and how much there is.

    Raises:
        ImportRefused: something is wrong in the files; nothing was written.
    """
    require_platform(actor, "accounts.manage_directory")
    lock_tree()
    outcome = Outcome()
    found = Problems(units.name)
    unit_table = read_table(units, required=UNIT_COLUMNS, optional=())
    agent_table = read_table(agents, required=AGENT_COLUMNS, optional=AGENT_OPTIONAL)
    outcome.ignored_columns = {t.file: t.ignored for t in (unit_table, agent_table) if t.ignored}

    progress("reading", 0, 2)
    parents = _parents()
    unit_list = unit_rows(unit_table, found, parents)
    progress("reading", 1, 2)
    others = Problems(agents.name)
    people = User.objects.values_list("email", "manager__email", "is_external")
    managers, externals = {}, set()
    for email, manager, is_external in people.iterator():
        managers[email] = manager or ""
        if is_external:
            externals.add(email)
    codes = {row.code for row in unit_list} | set(parents)
    agent_list = agent_rows(agent_table, others, codes, managers, externals)
    del managers
    progress("reading", 2, 2)
    if problems := found.found + others.found:
        raise ImportRefused(problems)

    before = belongings()
    write_units(unit_list, outcome, progress)
    write_people(agent_list, outcome, progress)
    settle_groups(progress)
    outcome.moves = moves_since(before)
    outcome.brought = moves_in_figures(outcome.moves)
    close_missing(agent_list, outcome, deactivate=deactivate_missing)
    _tell(actor, outcome)
    if dry_run:
        transaction.set_rollback(True)
    return outcome


def _parents() -> dict[str, str]:
    by_path = dict(Unit.objects.values_list("path", "code"))
    return {code: by_path.get(path[: -Unit.steplen], "") for path, code in by_path.items()}


def _tell(actor: Any, outcome: Outcome) -> None:
    """One audit entry and one event for the whole directory, however many people it holds."""
    root = Unit.objects.first()
    if root is None:
        return
    entry = record_audit(
        actor=actor,
        verb="accounts.import_directory",
        target=root,
        units_created=outcome.units_created,
        units_changed=outcome.units_changed,
        people_created=outcome.people_created,
        people_changed=outcome.people_changed,
        closed=outcome.closed_ids,
    )
    moves = tuple((move.person_id, tuple(sorted(move.left)), tuple(sorted(move.reached))) for move in outcome.moves)
    publish(DirectoryImported(audit_id=entry.pk, closed_ids=tuple(outcome.closed_ids), moves=moves))
