"""What the database says to the hub: who may watch what, who may still hear, whose session holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from channels.db import database_sync_to_async
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db.models import Model
from django.utils import timezone

from core.actions import outbox
from core.policies import policies, policy_for, users_with


def _model_of(group: str) -> tuple[type[Model], int] | None:
    """The model and the id that a group names, `feed.post.12`; None for what is no group of objects with rights."""
    parts = group.split(".")
    if len(parts) != 3 or not (parts[2].isascii() and parts[2].isdigit() and len(parts[2]) < 19):
        return None
    try:
        model = apps.get_model(parts[0], parts[1])
    except LookupError:
        return None
    return (model, int(parts[2])) if model in policies else None


def _permission(model: type[Model]) -> str:
    policy = policy_for(model)
    return policy.watching or policy.reading


@database_sync_to_async
def watchable(person_id: int, groups: Iterable[str]) -> set[str]:
    """Those of the groups whose object the person may see now; one query a model."""
    # Read anew: what a socket knew of the person when it opened may be hours old.
    user = get_user_model().objects.current().filter(pk=person_id).first()
    wanted: dict[type[Model], dict[int, str]] = defaultdict(dict)
    for group in groups:
        if found := _model_of(group):
            wanted[found[0]][found[1]] = group
    may: set[str] = set()
    for model, names in wanted.items():
        held = policy_for(model).objects(user, _permission(model))
        ids = model._default_manager.filter(held, pk__in=list(names)).values_list("pk", flat=True)
        may.update(names[pk] for pk in ids)
    return may


@database_sync_to_async
def allowed(group: str, people: Collection[int]) -> set[int]:
    """Those of the people who may see the object of the group now."""
    found = _model_of(group)
    obj = found and found[0]._default_manager.filter(pk=found[1]).first()
    if obj is None:
        return set()
    return set(users_with(_permission(type(obj)), obj).filter(pk__in=people).values_list("pk", flat=True))


@dataclass(frozen=True)
class Standing:
    """Which people and sessions of the open sockets still hold."""

    hashes: dict[int, frozenset[str]]
    sessions: frozenset[str]

    def holds(self, socket: Any) -> bool:
        """Whether the account is open, the session there and the password the one that it was opened with."""
        is_known = socket.auth_hash in self.hashes.get(socket.person_id, ())
        return is_known and socket.session_key in self.sessions


@database_sync_to_async
def standing(people: Collection[int], sessions: Collection[str]) -> Standing:
    """Reads it for all open sockets at once."""
    users = get_user_model().objects.current().filter(pk__in=people)
    hashes = {
        user.pk: frozenset({user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}) for user in users
    }
    keys = Session.objects.filter(session_key__in=sessions, expire_date__gt=timezone.now())
    return Standing(hashes, frozenset(keys.values_list("session_key", flat=True)))


@database_sync_to_async
def is_late() -> bool:
    """Whether events wait that nobody has tried to deliver."""
    return outbox.is_late()
