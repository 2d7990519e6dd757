"""Brings the database to the code: migrations and, with `--demo`, people to try with.

`make run` and the image call it before anything else starts.
"""

import os
import sys

import django
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from tools.trouble import Trouble, explain, main


def migrate() -> None:
    """Applies what is not applied yet; quick when there is nothing to do."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Preparing the database …", flush=True)
        call_command("migrate", interactive=False, verbosity=0)


def add_demo() -> None:
    """Fills an empty database with the demo administration."""
    if not get_user_model()._default_manager.exists():
        print("Writing the demo administration …", flush=True)
        call_command("demo")


def command() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rse.settings")
    try:
        django.setup()
        migrate()
        if "--demo" in sys.argv[1:]:
            add_demo()
    except DatabaseError as error:
        raise Trouble(explain(str(error)) or f"The database does not answer: {str(error).splitlines()[0]}") from error


if __name__ == "__main__":
    main(command)
