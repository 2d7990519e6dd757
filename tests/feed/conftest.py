"""A community with somebody in each role, and who is not in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from communities.enums import Role
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, member_of


@dataclass
class Place:
    """A community and its people."""

    community: Any
    member: Any
    other: Any
    moderator: Any
    animator: Any
    external: Any
    outsider: Any
    stranger: Any


@pytest.fixture
def place(db: None) -> Place:
    """An open community with members of each role; `outsider` is an agent, `stranger` an external of elsewhere."""
    community = CommunityFactory()
    return Place(
        community=community,
        member=member_of(community),
        other=member_of(community),
        moderator=member_of(community, Role.MODERATOR),
        animator=member_of(community, Role.ANIMATOR),
        external=member_of(community, external=True),
        outsider=UserFactory(),
        stranger=UserFactory(external=True),
    )
