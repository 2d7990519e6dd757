from django.conf import settings
from django.db import models

from core import richtext

# What a draft is called in a list: the first of these fields that holds something.
NAMING_FIELDS = ("title", "name", "subject", "body", "text")


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
        texts = (str(self.data.get(name, "")) for name in NAMING_FIELDS)
        return next((found for text in texts if (found := richtext.excerpt(text, 80))), self.place)
