from django.conf import settings
from django.db import models
from django.utils import timezone


class Act(models.Model):
    """One time that a person did something that has a limit; forgotten after a day."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            # The limit asks for the n-th newest act of a person: one look, whatever the number of acts.
            models.Index(fields=["person", "name", "-at"], name="acts_of_person"),
            models.Index(fields=["at"], name="acts_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.name} by {self.person_id}"
