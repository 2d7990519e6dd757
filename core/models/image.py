from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse

from core.querysets import VisibleQuerySet


class ImageQuerySet(VisibleQuerySet["Image"]):
    """Images; until one is attached to something, its uploader alone sees it."""


class Image(models.Model):
    """A picture, re-encoded on arrival, that belongs to what it illustrates: a person, a community, a post."""

    file = models.FileField(upload_to="images/%Y/%m/")
    content_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        # The picture belongs to what it illustrates and outlives the account that brought it.
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    owner_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, null=True, related_name="+")
    owner_id = models.BigIntegerField(null=True)
    owner = GenericForeignKey("owner_type", "owner_id")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["owner_type", "owner_id"], name="image_by_owner")]

    def __str__(self) -> str:
        return f"{self.width} × {self.height}"

    def get_absolute_url(self) -> str:
        return reverse("core:image_show", args=[self.pk])
