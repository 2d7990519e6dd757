"""The system as an actor: tasks and imports say that nobody in particular acts."""

from typing import Final


class System:
    """Takes the place of a person in an action; it may everything and is recorded as nobody."""

    pk = None
    is_system = True

    def __repr__(self) -> str:
        return "SYSTEM"


SYSTEM: Final = System()
