from __future__ import annotations

from django.db import models


class CommunityWord(models.Model):
    """One word of what a community is about, with its weight: what a proposal is compared with. Proposition 48."""

    community = models.ForeignKey("communities.Community", on_delete=models.CASCADE, related_name="words")
    word = models.CharField(max_length=60)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["word", "community"], name="one_weight_a_word"),
        ]

    def __str__(self) -> str:
        return f"{self.word} × {self.weight}"
