"""`manage.py demo`: the fictitious ministry that `make run` shows."""

from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from communities.models import Community
from core.errors import BusinessRuleError
from feed.models import Comment, Post
from rse.demo.build import build
from rse.demo.people import DOORS, PASSWORD


class Command(BaseCommand):
    help = "Builds the demo administration in an empty database: people, communities, six months of conversations."

    def handle(self, *args: Any, **options: Any) -> None:
        start = monotonic()
        try:
            build(timezone.now(), progress=self._progress)
        except BusinessRuleError as error:
            raise CommandError(str(error)) from error
        counts = (
            f"{User.objects.filter(is_external=False).count()} agents, {Community.objects.count()} communities, "
            f"{Post.objects.count()} posts, {Comment.objects.count()} comments"
        )
        self._progress("")
        self.stdout.write(f"{counts} in {monotonic() - start:.1f} s.")
        self.stdout.write(f"Sign in as {DOORS[0].email} with the password “{PASSWORD}”.")

    def _progress(self, floor: str) -> None:
        """One line that changes, on a terminal alone; a log file gets the result."""
        if self.stdout.isatty():
            line = f"Demo administration: {floor} …" if floor else ""
            self.stdout.write(f"\r{line.ljust(50)}\r", ending="")
            self.stdout.flush()
