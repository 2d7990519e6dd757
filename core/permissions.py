from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q

from core.models import Draft, Image
from core.policies import NOTHING, Policy, Standing, allow, policies, policy_for, users_with


def seen_through(user: Any, type_field: str, id_field: str, permissions: Iterable[tuple[type[Model], str]]) -> Q:
    """Rows bound to an object of any of several models, for which the person holds the permission named beside it."""
    seen = NOTHING
    for model, permission in permissions:
        content_type = ContentType.objects.get_for_model(model)
        held = model._default_manager.filter(policy_for(model).objects(user, permission))
        seen |= Q(**{type_field: content_type, f"{id_field}__in": held.values("pk")})
    return seen


def _owners() -> list[tuple[type[Model], str]]:
    return [(model, policy.reading) for model, policy in policies.items() if policy.has_images]


class ImagePolicy(Policy[Image]):
    """A picture is seen by whoever reads what it illustrates, and before that by its uploader."""

    model = Image
    reading = "core.view_image"
    table: ClassVar = {"core.view_image": (allow("uploader", owner_type__isnull=(True,)), allow("reader"))}
    standings: ClassVar = {
        "uploader": Standing(
            holds=lambda facts: facts["uploader"],
            objects=lambda user: Q(uploaded_by=user),
            people=lambda image: Q(pk=image.uploaded_by_id),
        ),
        "reader": Standing(
            holds=lambda facts: facts["reader"],
            objects=lambda user: seen_through(user, "owner_type", "owner_id", _owners()),
            people=lambda image: _readers_of(image.owner),
        ),
    }

    def facts(self, user: Any, objects: list[Image]) -> Mapping[Any, Any]:
        result = {}
        for image in objects:
            owner = image.owner
            reader = owner is not None and policy_for(owner).reading in policy_for(owner).granted(user, owner)
            result[image.pk] = {"uploader": image.uploaded_by_id == user.pk, "reader": reader}
        return result


def _readers_of(owner: Model | None) -> Q:
    if owner is None:
        return NOTHING
    return Q(pk__in=users_with(policy_for(owner).reading, owner).values("pk"))


class DraftPolicy(Policy[Draft]):
    """What a person is writing is theirs alone."""

    model = Draft
    reading = "core.view_draft"
    table: ClassVar = {"core.view_draft": (allow("writer"),)}
    standings: ClassVar = {
        "writer": Standing(
            holds=lambda facts: facts["writer"],
            objects=lambda user: Q(person=user),
            people=lambda draft: Q(pk=draft.person_id),
        ),
    }

    def facts(self, user: Any, objects: list[Draft]) -> Mapping[Any, Any]:
        return {draft.pk: {"writer": draft.person_id == user.pk} for draft in objects}
