"""A form sent twice makes one object."""

import hashlib
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction

from core.models import Submission

M = TypeVar("M", bound=models.Model)


def new_nonce() -> str:
    """What a form carries to be recognised when it comes back a second time."""
    return secrets.token_urlsafe(16)


def once(actor: Any, nonce: str, make: Callable[[], M], *, place: str = "") -> tuple[M, bool]:
    """The object that this sending makes, and whether it made it now.

    The same nonce at another `place` is another sending: what it finds is where the person just proved to be let in.
    An empty `nonce` (a call by a task or a command) always makes. What `make` raises leaves no trace: the form may be
    sent again.
    """
    if not nonce:
        return make(), True
    key = hashlib.sha256(f"{place} {nonce}".encode()).hexdigest() if place else nonce[:64]
    try:
        with transaction.atomic():
            submission = Submission.objects.create(person=actor, nonce=key)
            made = make()
            submission.result = made
            submission.save(update_fields=["result_type", "result_id"])
            return made, True
    except IntegrityError:
        earlier = Submission.objects.filter(person=actor, nonce=key).first()
        if earlier is None or earlier.result is None:
            raise
        found: M = earlier.result
        return found, False


def made_before(actor: Any, nonce: str) -> models.Model | None:
    """What an earlier sending with this nonce made; None for a first one."""
    if not nonce:
        return None
    earlier = Submission.objects.filter(person=actor, nonce=nonce[:64]).first()
    return earlier.result if earlier else None
