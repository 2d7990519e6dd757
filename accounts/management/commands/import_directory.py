from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from accounts.directory_import.problems import ImportRefused
from accounts.directory_import.run import import_directory
from accounts.directory_import.writer import Outcome
from core.system import SYSTEM

PROBLEMS_SHOWN = 200
NAMES_SHOWN = 50


STAGES = {
    "reading": gettext_lazy("Reading and checking"),
    "units": gettext_lazy("Units"),
    "people": gettext_lazy("Agents"),
    "skills": gettext_lazy("Skills"),
    "groups": gettext_lazy("Groups"),
}


class Bars:
    """One bar a stage, on the terminal alone: a log file gets none."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage not in self.tasks:
            self.tasks[stage] = self.progress.add_task(str(STAGES[stage]), total=total)
        self.progress.update(self.tasks[stage], completed=done, total=total)


class Command(BaseCommand):
    help = "Loads the administration's directory: units and agents, from CSV, XLSX or ODS. All of it, or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("units", type=Path, help="code, name, kind, parent_code")
        parser.add_argument(
            "agents",
            type=Path,
            help="email, first_name, last_name, unit_code; function, manager_email, skills (separated by |), phone",
        )
        parser.add_argument("--dry-run", action="store_true", help="checks and says what would change, writes nothing")
        parser.add_argument(
            "--deactivate-missing", action="store_true", help="closes the accounts of agents who are not in the file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        console = Console(stderr=True)
        try:
            with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as progress:
                outcome = import_directory(
                    actor=SYSTEM,
                    units=options["units"],
                    agents=options["agents"],
                    dry_run=options["dry_run"],
                    deactivate_missing=options["deactivate_missing"],
                    progress=Bars(progress),
                )
        except ImportRefused as refused:
            for problem in refused.problems[:PROBLEMS_SHOWN]:
                self.stderr.write(str(problem))
            count = len(refused.problems)
            if count > PROBLEMS_SHOWN:
                self.stderr.write(_("… and %(count)d more.") % {"count": count - PROBLEMS_SHOWN})
            text = ngettext("%(count)d thing to correct.", "%(count)d things to correct.", count) % {"count": count}
            raise CommandError(text + " " + _("Nothing was written.")) from None
        self._say(outcome, dry_run=options["dry_run"], closes=options["deactivate_missing"])

    def _say(self, outcome: Outcome, *, dry_run: bool, closes: bool) -> None:
        for file, names in outcome.ignored_columns.items():
            self.stdout.write(_("%(file)s: columns ignored: %(names)s.") % {"file": file, "names": ", ".join(names)})
        facts = {"created": outcome.units_created, "changed": outcome.units_changed}
        self.stdout.write(_("Units: %(created)d created, %(changed)d changed.") % facts)
        facts = {"created": outcome.people_created, "changed": outcome.people_changed}
        self.stdout.write(_("Agents: %(created)d created, %(changed)d changed.") % facts)
        self.stdout.write(_("Skills: %(count)d added.") % {"count": outcome.skills_added})
        for line in outcome.brought:
            self.stdout.write(line)
        self._list(_("Units that are not in the file, left as they are:"), outcome.missing_units)
        if closes:
            kept = set(outcome.kept_administrators)
            self._list(
                _("Agents who are not in the file, whose accounts are closed:"),
                [email for email in outcome.missing_people if email not in kept],
            )
            self._list(_("Administrators who are not in the file, left as they are:"), outcome.kept_administrators)
        else:
            self._list(
                _("Agents who are not in the file (--deactivate-missing closes their accounts):"),
                outcome.missing_people,
            )
        self._list(_("Agents of the file whose account is closed, left closed:"), outcome.still_closed)
        if dry_run:
            self.stdout.write(_("Dry run: nothing was written."))

    def _list(self, title: str, names: list[str]) -> None:
        if not names:
            return
        self.stdout.write(f"{title} {len(names)}")
        for name in names[:NAMES_SHOWN]:
            self.stdout.write(f"  {name}")
        if len(names) > NAMES_SHOWN:
            self.stdout.write("  " + _("… and %(count)d more.") % {"count": len(names) - NAMES_SHOWN})
