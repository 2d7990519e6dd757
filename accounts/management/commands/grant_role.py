from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.actions.roles import grant_role
from accounts.enums import PlatformRole
from accounts.models import User
from core.errors import BusinessRuleError
from core.system import SYSTEM


class Command(BaseCommand):
    help = "Gives a platform role, as the first administrator needs before there is one to give it. Audited."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("role", choices=PlatformRole.values)

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.current().filter(email=options["email"].strip().lower()).first()
        if person is None:
            raise CommandError(_("No open account has this address."))
        try:
            grant = grant_role(actor=SYSTEM, person=person, role=options["role"])
        except BusinessRuleError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(str(grant))
