"""Fills a migrated PostgreSQL by SQL with people, communities and posts: `python -m tests.scale.fill 1000000`.

Community 1 is dormant: ten old posts. The others are busy, the entries going round them. One person is a member of 200
busy communities, one of 20, one of the dormant one alone; a small and a large community are there to post in.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django
from django.db.models import Model

PEOPLE, COMMUNITIES, DORMANT_POSTS = 2_000, 400, 10
POSTERS, NEWS = 60, 5
ANIMATOR = 4 + POSTERS
# The tables that grow with the posts: their indexes are built once they are full.
LARGE = ("feed_post", "communities_activity", "feed_comment", "feed_reaction")


def fill(posts: int) -> None:
    """Writes everything; the statistics of the tables are fresh afterwards."""
    from django.db import connection

    with connection.cursor() as cursor:
        # What is written is consistent by itself; asking for each row would take most of the time.
        cursor.execute("SET session_replication_role = replica")
        _people_and_communities(cursor)
        with indexes_built_after(cursor):
            _texts(cursor, posts)
        _news(cursor)
        cursor.execute("VACUUM ANALYZE")


def _people_and_communities(cursor: Any) -> None:
    from accounts.models import User
    from communities.models import Community, Membership

    insert(
        cursor,
        User,
        f"generate_series(1, {PEOPLE}) AS i",
        email="'agent' || i || '@scale.example'",
        handle="'agent-' || i",
        first_name="'Camille'",
        last_name="'Martin ' || i",
        function="'Chargée de mission'",
        search_key="'camille martin ' || i",
        sort_key="'martin ' || i || ' camille'",
    )
    insert(
        cursor,
        Community,
        f"generate_series(1, {COMMUNITIES}) AS i",
        name="'Communauté ' || i",
        slug="'communaute-' || i",
        purpose="'Partager ce que nous savons du sujet ' || i",
        kind="'practice'",
        stage="'open'",
        search_key="'communaute ' || i",
    )
    # Person 1: 200 communities. Person 2: 20. Person 3: the dormant one. Posters are in 2 (small) and 3 (all are); the
    # person after them animates 3.
    insert(
        cursor,
        Membership,
        f"""{_numbered("communities_community")} c, {_numbered("accounts_user")} u
        WHERE (u.n = 1 AND c.n BETWEEN 2 AND 201) OR (u.n = 2 AND c.n BETWEEN 2 AND 21) OR (u.n = 3 AND c.n = 1)
           OR (u.n BETWEEN 4 AND {3 + POSTERS} AND c.n = 2) OR (u.n > 3 AND c.n = 3)
           OR (u.n > 3 AND c.n > 3 AND (u.n + c.n) %% 40 = 0)""",
        community_id="c.id",
        person_id="u.id",
        state="'member'",
        role=f"CASE WHEN u.n = {ANIMATOR} AND c.n = 3 THEN 'animator' ELSE 'member' END",
        joined_at="now()",
    )


def _texts(cursor: Any, posts: int) -> None:
    from communities.models import Activity
    from feed.models import Comment, Post, Reaction

    somebody = f"u.first + 3 + (p.id * 7) %% {PEOPLE - 3}"
    firsts = (
        """(SELECT min(id) AS first FROM communities_community) c, (SELECT min(id) AS first FROM accounts_user) u"""
    )
    insert(
        cursor,
        Post,
        f"generate_series(1, {posts}) AS i, {firsts}",
        community_id=f"c.first + CASE WHEN i <= {DORMANT_POSTS} THEN 0 ELSE 1 + i %% {COMMUNITIES - 1} END",
        author_id=f"u.first + 3 + i %% {PEOPLE - 3}",
        kind="CASE WHEN i %% 3 = 0 THEN 'question' ELSE 'message' END",
        title="'Comment organiser le point ' || i || ' ?'",
        body="'<p>' || repeat('Nous cherchons comment faire au mieux. ', 6) || '</p>'",
        created_at=f"now() - ({posts} - i) * interval '1 second'",
        search_key="'comment organiser le point ' || i",
    )
    insert(
        cursor,
        Activity,
        "feed_post p ORDER BY p.id",
        community_id="p.community_id",
        actor_id="p.author_id",
        verb="'published'",
        target_type_id=_type_of(Post),
        target_id="p.id",
        at="p.created_at",
        is_entry="true",
    )
    # One post in two was answered, one in three found useful.
    insert(
        cursor,
        Comment,
        f"feed_post p, {firsts} WHERE p.id %% 2 = 0",
        target_type_id=_type_of(Post),
        target_id="p.id",
        community_id="p.community_id",
        author_id=somebody,
        body="'<p>Voici comment nous faisons dans notre service.</p>'",
        created_at="p.created_at",
        changed_at="p.created_at",
    )
    insert(
        cursor,
        Reaction,
        f"feed_post p, {firsts} WHERE p.id %% 3 = 0",
        target_type_id=_type_of(Post),
        target_id="p.id",
        person_id=somebody,
        kind="'useful'",
        created_at="p.created_at",
    )


def _news(cursor: Any) -> None:
    """The people who are measured have something in their bell, and something that they have not read."""
    from feed.models import Comment
    from notifications.models import Notification

    insert(
        cursor,
        Notification,
        f"""(SELECT id FROM accounts_user ORDER BY id LIMIT 3) u,
        (SELECT id, author_id FROM feed_comment ORDER BY id DESC LIMIT {NEWS}) c""",
        recipient_id="u.id",
        kind="'feed.comment'",
        actor_id="c.author_id",
        target_type_id=_type_of(Comment),
        target_id="c.id",
        event_key="gen_random_uuid()",
    )
    cursor.execute(
        "UPDATE communities_membership SET seen_entry_id ="
        " greatest(0, (SELECT max(id) FROM communities_activity) - 2000)"
    )


def insert(cursor: Any, model: type[Model], source: str, **columns: str) -> None:
    """One INSERT of many rows: the columns named, as SQL over `source`; every other as a new object has it."""
    from django.db import connection

    blank, named, values = model(), [], []
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    for field in fields:
        if field.column in columns:
            named.append(columns[field.column])
        else:
            named.append("%s")
            values.append(field.get_db_prep_save(field.pre_save(blank, add=True), connection))
    names = ", ".join(f'"{field.column}"' for field in fields)
    cursor.execute(f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {", ".join(named)} FROM {source}', values)


def _numbered(table: str) -> str:
    return f"(SELECT id, row_number() OVER (ORDER BY id) AS n FROM {table})"


def _type_of(model: type[Model]) -> str:
    from django.contrib.contenttypes.models import ContentType

    return str(ContentType.objects.get_for_model(model).pk)


@contextmanager
def indexes_built_after(cursor: Any) -> Iterator[None]:
    """Drops the indexes of the large tables that hold no constraint, and builds them again after the block."""
    cursor.execute(
        """
        SELECT indexname, indexdef FROM pg_indexes
        WHERE tablename = ANY(%s) AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)
        """,
        [list(LARGE)],
    )
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    cursor.execute("SET maintenance_work_mem = '512MB'")
    for _name, definition in indexes:
        cursor.execute(definition)


def sessions() -> dict[str, object]:
    """Signs the people of the measurement in; gives their sessions, and the addresses to ask for."""
    from django.conf import settings
    from django.db.models import Max, Min
    from django.test import Client

    from accounts.models import User
    from communities.models import Activity, Community

    def session_of(person: User) -> str:
        client = Client()
        client.force_login(person, "accounts.backends.SignInBackend")
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    people = list(User.objects.order_by("pk")[:ANIMATOR])
    slugs = list(Community.objects.order_by("pk").values_list("slug", flat=True)[:3])
    ends = Activity.objects.aggregate(first=Min("pk"), last=Max("pk"))
    return {
        "many": session_of(people[0]),
        "some": session_of(people[1]),
        "dormant": session_of(people[2]),
        "posters": [session_of(person) for person in people[3:-1]],
        "animator": session_of(people[-1]),
        "dormant_community": slugs[0],
        "small_community": slugs[1],
        "large_community": slugs[2],
        "middle": (ends["first"] + ends["last"]) // 2,
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.scale.settings")
    django.setup()
    if sys.argv[1:] == ["sessions"]:
        print(json.dumps(sessions()))
    else:
        fill(int(sys.argv[1]))
