"""How much one person may write in a while."""

from datetime import timedelta
from typing import Final

from core.limits import Limit

POST: Final = Limit("feed.post", 20)
COMMENT: Final = Limit("feed.comment", 60, timedelta(minutes=15))
