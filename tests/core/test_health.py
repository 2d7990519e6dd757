"""What the load balancer is told."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from core.models import OutboxEvent
from tests.support.client import StrictClient


def test_health_is_public_and_says_one_word_for_each_part(client: StrictClient, db: None) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert json.loads(response.content)["database"] == "ok"
    assert json.loads(response.content).keys() == {"database", "redis", "queue"}


def test_health_stays_up_without_redis(client: StrictClient, db: None, settings: object) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"  # type: ignore[attr-defined]
    response = client.get("/healthz")
    assert (response.status_code, json.loads(response.content)["redis"]) == (200, "away")


@pytest.mark.redis
def test_health_finds_redis(client: StrictClient, db: None, settings: object, redis_url: str) -> None:
    settings.REDIS_URL = redis_url  # type: ignore[attr-defined]
    assert json.loads(client.get("/healthz").content)["redis"] == "ok"


def test_health_is_503_without_database_and_tells_no_reason(
    client: StrictClient, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**conditions: object) -> None:
        raise DatabaseError("host=database password=hunter2")

    monkeypatch.setattr("core.views.health.OutboxEvent.objects.filter", refuse)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert json.loads(response.content)["database"] == "away"
    assert b"hunter2" not in response.content


def test_health_tells_that_nobody_serves_the_queue(client: StrictClient, db: None) -> None:
    row = OutboxEvent.objects.create(name="core.MailQueued", payload={})
    OutboxEvent.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(hours=1))
    response = client.get("/healthz")
    assert (response.status_code, json.loads(response.content)["queue"]) == (200, "late")


def test_health_changes_nothing(client: StrictClient) -> None:
    assert client.post("/healthz").status_code == 405
