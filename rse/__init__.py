"""The composition root: settings, addresses, servers, and the pages that gather from every app."""

from rse.celery import app as celery_app

__all__ = ["celery_app"]
