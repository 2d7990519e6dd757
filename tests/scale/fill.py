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

PEOPLE, COMMUNITIES, DORMANT_POSTS = 2_000, 400, 10
POSTERS = 60
# The tables that grow with the posts: their indexes are built once they are full.
LARGE = ("feed_post", "communities_activity", "feed_comment", "feed_reaction")

PEOPLE_SQL = """
INSERT INTO accounts_user (password, email, handle, first_name, last_name, function, phone, language, time_zone,
    is_external, organisation, is_active, created_at, session_epoch, search_key, sort_key, is_superuser, last_login)
SELECT '!', 'agent' || i || '@scale.example', 'agent-' || i, 'Camille', 'Martin ' || i, 'Chargée de mission', '', 'fr',
    'Europe/Paris', false, '', true, now(), 0, 'camille martin ' || i, 'martin ' || i || ' camille', false, now()
FROM generate_series(1, %(people)s) AS i
"""
COMMUNITIES_SQL = """
INSERT INTO communities_community (name, slug, purpose, description, welcome, kind, visibility, joining, stage,
    is_pilot, search_key, created_at, stage_changed_at, version)
SELECT 'Communauté ' || i, 'communaute-' || i, 'Partager ce que nous savons du sujet ' || i, '', '', 'practice',
    'listed', 'open', 'open', false, 'communaute ' || i, now(), now(), 1
FROM generate_series(1, %(communities)s) AS i
"""
# Person 1: 200 communities. Person 2: 20. Person 3: the dormant one. Posters are in 2 (small) and 3 (everybody is).
MEMBERSHIPS_SQL = """
INSERT INTO communities_membership (community_id, person_id, state, role, motivation, reason, changed_at, joined_at,
    previous_state, previous_role, seen_entry_id)
SELECT c.id, u.id, 'member', 'member', '', '', now(), now(), '', '', 0
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM communities_community) c,
     (SELECT id, row_number() OVER (ORDER BY id) AS n FROM accounts_user) u
WHERE (u.n = 1 AND c.n BETWEEN 2 AND 201) OR (u.n = 2 AND c.n BETWEEN 2 AND 21) OR (u.n = 3 AND c.n = 1)
   OR (u.n BETWEEN 4 AND 3 + %(posters)s AND c.n = 2) OR (u.n > 3 AND c.n = 3)
   OR (u.n > 3 AND c.n > 3 AND (u.n + c.n) %% 40 = 0)
"""
POSTS_SQL = """
INSERT INTO feed_post (community_id, author_id, kind, title, body, created_at, version, search_key)
SELECT c.first + CASE WHEN i <= %(dormant)s THEN 0 ELSE 1 + i %% (%(communities)s - 1) END,
    u.first + 3 + i %% (%(people)s - 3), CASE WHEN i %% 3 = 0 THEN 'question' ELSE 'message' END,
    'Comment organiser le point ' || i || ' ?', '<p>' || repeat('Nous cherchons comment faire au mieux. ', 6) || '</p>',
    now() - (%(posts)s - i) * interval '1 second', 1, 'comment organiser le point ' || i
FROM generate_series(1, %(posts)s) AS i, (SELECT min(id) AS first FROM communities_community) c,
    (SELECT min(id) AS first FROM accounts_user) u
"""
ENTRIES_SQL = """
INSERT INTO communities_activity (community_id, actor_id, verb, target_type_id, target_id, at, is_shown, is_entry)
SELECT community_id, author_id, 'published', %(post_type)s, id, created_at, true, true FROM feed_post ORDER BY id
"""
# One post in two was answered.
COMMENTS_SQL = """
INSERT INTO feed_comment (target_type_id, target_id, community_id, author_id, body, created_at, changed_at, version,
    was_accepted)
SELECT %(post_type)s, p.id, p.community_id, u.first + 3 + (p.id * 7) %% (%(people)s - 3),
    '<p>Voici comment nous faisons dans notre service.</p>', p.created_at, p.created_at, 1, false
FROM feed_post p, (SELECT min(id) AS first FROM accounts_user) u WHERE p.id %% 2 = 0
"""
REACTIONS_SQL = """
INSERT INTO feed_reaction (target_type_id, target_id, person_id, kind, created_at)
SELECT %(post_type)s, p.id, u.first + 3 + (p.id * 11) %% (%(people)s - 3), 'useful', p.created_at
FROM feed_post p, (SELECT min(id) AS first FROM accounts_user) u WHERE p.id %% 3 = 0
"""
# The bell of the people who are measured has something to count.
NEWS_SQL = """
INSERT INTO notifications_notification (recipient_id, kind, actor_id, target_type_id, target_id, event_key, data,
    created_at, read_at)
SELECT u.id, 'feed.comment', c.author_id, %(comment_type)s, c.id, gen_random_uuid(), '{}', c.created_at, NULL
FROM (SELECT id FROM accounts_user ORDER BY id LIMIT 3) u,
     (SELECT id, author_id, created_at FROM feed_comment ORDER BY id DESC LIMIT 5) c
"""
SEEN_SQL = """
UPDATE communities_membership m SET seen_entry_id = greatest(0, (SELECT max(id) FROM communities_activity) - 2000)
"""


def fill(posts: int) -> None:
    """Writes everything; the statistics of the tables are fresh afterwards."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection

    from feed.models import Comment, Post

    values = {
        "people": PEOPLE,
        "communities": COMMUNITIES,
        "posts": posts,
        "dormant": DORMANT_POSTS,
        "posters": POSTERS,
        "post_type": ContentType.objects.get_for_model(Post).pk,
        "comment_type": ContentType.objects.get_for_model(Comment).pk,
    }
    with connection.cursor() as cursor:
        # What is written is consistent by itself; asking for each row would take most of the time.
        cursor.execute("SET session_replication_role = replica")
        for statement in (PEOPLE_SQL, COMMUNITIES_SQL, MEMBERSHIPS_SQL):
            cursor.execute(statement, values)
        with indexes_built_after(cursor):
            for statement in (POSTS_SQL, ENTRIES_SQL, COMMENTS_SQL, REACTIONS_SQL):
                cursor.execute(statement, values)
        cursor.execute(NEWS_SQL, values)
        cursor.execute(SEEN_SQL)
        cursor.execute("VACUUM ANALYZE")


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

    people = list(User.objects.order_by("pk")[: 3 + POSTERS])
    slugs = list(Community.objects.order_by("pk").values_list("slug", flat=True)[:3])
    ends = Activity.objects.aggregate(first=Min("pk"), last=Max("pk"))
    return {
        "many": session_of(people[0]),
        "some": session_of(people[1]),
        "dormant": session_of(people[2]),
        "posters": [session_of(person) for person in people[3:]],
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
