"""The one idiom by which a higher app hands something to a lower one."""

from collections.abc import Iterator
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Registry(Generic[K, V]):
    """A named collection filled in `AppConfig.ready` and only read afterwards.

    `name` is what errors call it.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[K, V] = {}

    def register(self, key: K, value: V) -> V:
        """Adds one entry; raises ValueError where the key is taken, since the second would silently win."""
        if key in self._entries:
            raise ValueError(f"{self.name}: {key!r} is registered twice.")
        self._entries[key] = value
        return value

    def __getitem__(self, key: K) -> V:
        try:
            return self._entries[key]
        except KeyError:
            raise LookupError(f"{self.name}: nothing is registered for {key!r}.") from None

    def get(self, key: K) -> V | None:
        """The entry of `key`, or None."""
        return self._entries.get(key)

    def __contains__(self, key: K) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[K]:
        return iter(self._entries)

    def values(self) -> list[V]:
        """Every entry, in the order of registration."""
        return list(self._entries.values())

    def items(self) -> list[tuple[K, V]]:
        """Every key with its entry, in the order of registration."""
        return list(self._entries.items())
