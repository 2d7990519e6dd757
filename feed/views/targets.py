"""Finds what an address speaks of, whatever its kind; what the person may not see does not exist."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from core.targets import Target, targets


def visible_target(request: HttpRequest, label: str, pk: int) -> tuple[Any, Target]:
    """The object of a model `label` (as `feed.post`) that others comment on, react to or follow; 404 otherwise."""
    model = _model(label)
    target = targets.get(model) if model else None
    if model is None or target is None:
        raise Http404
    objects: Any = model._default_manager
    return get_object_or_404(objects.visible_to(request.user), pk=pk), target


def _model(label: str) -> type[Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None
