"""How people come in: their password, the link that lets them choose one."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.urls import reverse

from accounts import letters
from accounts.actions.people import end_sessions
from accounts.models import User
from core.actions.letters import queue_letter


@transaction.atomic
def ask_first_sign_in(*, email: str) -> None:
    """Writes to an agent who came with the directory; an unknown or closed address gets nothing, untold."""
    person = User.objects.current().filter(email=email.strip().lower()).first()
    if person is not None:
        send_password_link(person=person)


@transaction.atomic
def send_password_link(*, person: User) -> None:
    """Sends the link by which a person chooses a password: their first one, or a new one."""
    if not person.is_current:
        return
    key = default_token_generator.make_token(person)
    address = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(person), key])
    write = letters.password_reset if person.has_usable_password() else letters.first_sign_in
    queue_letter(
        to=person.email,
        language=person.language,
        write=lambda: write(person=person, address=address),
        reason="password-reset" if person.has_usable_password() else "first-sign-in",
    )


@transaction.atomic
def set_password(*, person: User, password: str) -> None:
    """Changes a password; whatever was open with the earlier one is over."""
    person.set_password(password)
    person.save(update_fields=["password"])
    end_sessions(person=person)
