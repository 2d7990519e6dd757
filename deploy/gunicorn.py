"""How gunicorn serves the pages; memory is shared by loading the product before the workers part."""

import os

bind = "0.0.0.0:8000"
workers = int(os.environ.get("WEB_PROCESSES") or 2)
worker_class = "gthread"
threads = 4
preload_app = True
timeout = 60
graceful_timeout = 30
# Memory that some library keeps is given back now and then, not by all workers at once.
max_requests = 10_000
max_requests_jitter = 1_000
# Only the front reaches this port; it says by which protocol people came.
forwarded_allow_ips = "*"
# One line a request comes from the product itself, without the query string and without people.
accesslog = None
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "core.logging.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "loggers": {"gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
worker_tmp_dir = "/dev/shm"
