"""How people come in: their password, the link that lets them choose one."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.urls import reverse

from accounts import letters
from accounts.actions.people import end_sessions
from accounts.events import SignInLinkAsked
from accounts.models import User
from core.actions.letters import queue_letter
from core.actions.outbox import publish


@transaction.atomic
def ask_sign_in_link(*, email: str) -> None:
    """Has the worker write to whoever has an account of this address; an unknown or closed one gets nothing, untold.

    The same is done here for every address: the time of the answer says nothing either.
    """
    person = User.objects.current().filter(email=email.strip().lower()).first()
    publish(SignInLinkAsked(person_id=person.pk if person else None))


@transaction.atomic
def send_sign_in_link(*, person: User, key: str) -> None:
    """Sends the link by which a person chooses a password: their first one, or a new one.

    The same `key` twice makes one mail.
    """
    if not person.is_current:
        return
    token = default_token_generator.make_token(person)
    address = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(person), token])
    write = letters.password_reset if person.has_usable_password() else letters.first_sign_in
    queue_letter(
        to=person.email,
        language=person.language,
        write=lambda: write(person=person, address=address),
        reason="password-reset" if person.has_usable_password() else "first-sign-in",
        key=key,
    )


@transaction.atomic
def set_password(*, person: User, password: str) -> None:
    """Changes a password; whatever was open with the earlier one is over."""
    person.set_password(password)
    person.save(update_fields=["password"])
    end_sessions(person=person)
