from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from accounts.enums import UnitKind
from core.querysets import VisibleQuerySet


class UnitQuerySet(MP_NodeQuerySet, VisibleQuerySet["Unit"]):
    """Units of the tree."""

    def at_or_below(self, unit: Unit) -> UnitQuerySet:
        """A unit and all that it holds."""
        return self.filter(path__startswith=unit.path)

    def at_or_above(self, unit: Unit) -> UnitQuerySet:
        """A unit and all that hold it."""
        steps = range(Unit.steplen, len(unit.path) + 1, Unit.steplen)
        return self.filter(path__in=[unit.path[:step] for step in steps])


class UnitManager(MP_NodeManager.from_queryset(UnitQuerySet)):  # type: ignore[misc]
    """treebeard's writes, and our queryset: its own manager answers with treebeard's whatever it was made from."""

    def get_queryset(self) -> UnitQuerySet:
        return UnitQuerySet(self.model, using=self._db).order_by("path")


class Unit(MP_Node):
    """A ministry, a direction or a service: a node of the administration's tree, with its group of agents."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    # Holds the agents of the unit and of all below it, so that a grant to a ministry reaches all of it.
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="unit")

    objects = UnitManager()

    class Meta:
        verbose_name = _("unit")

    def __str__(self) -> str:
        return self.name

    def path_from_root(self) -> list[Unit]:
        """The unit after all that hold it, from the top."""
        return list(Unit.objects.at_or_above(self).order_by("path"))

    def get_absolute_url(self) -> str:
        return reverse("accounts:unit_detail", args=[self.slug])
