from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models


class Submission(models.Model):
    """One sending of one form: a double click or a "back" finds the object that the first made."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    nonce = models.CharField(max_length=64)
    result_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, null=True, related_name="+")
    result_id = models.BigIntegerField(null=True)
    result = GenericForeignKey("result_type", "result_id")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # What makes the second of two simultaneous sendings wait for the first, then find its result.
            models.UniqueConstraint(fields=["person", "nonce"], name="one_submission_a_nonce"),
        ]

    def __str__(self) -> str:
        return self.nonce
