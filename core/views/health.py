"""For the load balancer and the team that runs the service: is it well, and if not, what is away."""

import logging
from datetime import timedelta

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.models import OutboxEvent

log = logging.getLogger(__name__)

# A healthy worker serves within seconds; what waits longer means that none is there, or that one thing fails again.
LATE_AFTER = timedelta(minutes=5)
REDIS_TIMEOUT = 1.0  # seconds

OK, AWAY, LATE = "ok", "away", "late"


@require_safe
@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """One word for each part. 503 when the database is away: no page can be served then, and only then."""
    database, queue = _database_and_queue()
    return JsonResponse(
        {"database": database, "redis": _redis(), "queue": queue}, status=200 if database == OK else 503
    )


def _database_and_queue() -> tuple[str, str]:
    try:
        is_late = OutboxEvent.objects.filter(created_at__lt=timezone.now() - LATE_AFTER).exists()
    except DatabaseError as error:
        log.warning("health: the database is away (%s)", type(error).__name__)
        return AWAY, AWAY
    return OK, LATE if is_late else OK


def _redis() -> str:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=REDIS_TIMEOUT, socket_connect_timeout=REDIS_TIMEOUT, retry=None
        ) as client:
            client.ping()
    except (redis.RedisError, OSError) as error:
        log.warning("health: Redis is away (%s)", type(error).__name__)
        return AWAY
    return OK
