from django.conf import settings
from django.db import models


class Draft(models.Model):
    """What a person was writing somewhere, saved as they type; one a person and place."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    # The form it belongs to, as `community:12:post`; opaque to everyone but that form.
    place = models.CharField(max_length=120)
    # Where the form stands, to go back to it from "My drafts".
    address = models.CharField(max_length=300)
    data = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-updated_at"]
        constraints = [
            # Two tabs that save at once would otherwise leave two drafts, one of them never given back.
            models.UniqueConstraint(fields=["person", "place"], name="one_draft_a_person_and_place"),
        ]

    def __str__(self) -> str:
        return self.place
