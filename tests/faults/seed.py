"""People who talk, for the fault tests; run by `manage.py shell` on the database of the product that is tested."""

import json
import sys

from django.test import Client

from communities.enums import Role
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, member_of
from tests.factories.feed import PostFactory, subscribe

community = CommunityFactory(name="Achats durables", slug="achats-durables")
asker, answerer, newcomer = member_of(community), member_of(community, Role.ANIMATOR), UserFactory()
question = PostFactory(question=True, community=community, author=asker)
subscribe(asker, question)


def session_of(person: object) -> str:
    client = Client()
    client.force_login(person, "accounts.backends.SignInBackend")  # type: ignore[arg-type]
    return client.cookies["sessionid"].value


sys.stdout.write(
    json.dumps(
        {
            "asker": session_of(asker),
            "answerer": session_of(answerer),
            "newcomer": session_of(newcomer),
            "asker_id": asker.pk,
            "question_id": question.pk,
        }
    )
)
