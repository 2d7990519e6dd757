"""How long it takes to say which communities are near a proposal, among many: `python -m tests.scale.near`.

On the migrated database of the environment. Prints the milliseconds of the median and of the slowest twentieth as JSON.
"""

import json
import random
import statistics
import time
import tomllib
from pathlib import Path

import django

COMMUNITIES, ASKED, BATCH = 10_000, 200, 1_000
SUBJECTS = Path(__file__).resolve().parents[2] / "communities" / "subjects.toml"
PLACES = ("Nord", "Sud", "Est", "Ouest", "Bretagne", "Occitanie", "Corse", "Normandie", "Outre-mer", "Île-de-France")
TURNS = ("Réseau {}", "{} : entraide", "{} au quotidien", "Pratiques de {}", "{} et usagers", "Mieux comprendre {}")


def fill() -> None:
    """Communities whose names, purposes and subjects come from the expressions of the administration."""
    from communities.actions.words import rows_of
    from communities.models import Community, CommunityWord
    from communities.words import words_of

    pick = random.Random(1)
    expressions = _expressions()
    for start in range(0, COMMUNITIES, BATCH):
        rows = []
        for number in range(start, start + BATCH):
            one, other = pick.choice(expressions), pick.choice(expressions)
            community = Community(
                name=f"{pick.choice(TURNS).format(one)} {pick.choice(PLACES)}"[:100],
                slug=f"communaute-{number}",
                purpose=f"Partager ce que nous savons : {one}, {other}, {pick.choice(expressions)}.",
                kind="practice",
                stage="open",
                joining=pick.choice(("open", "request")),
            )
            community.set_keys()
            rows.append(community)
        Community.objects.bulk_create(rows)
        CommunityWord.objects.bulk_create(
            word for row in rows for word in rows_of(row.pk, words_of(row.name, row.purpose, []))
        )


def measure() -> dict[str, float]:
    """Milliseconds of an answer, for proposals that look like the communities there are."""
    from accounts.models import User
    from communities.near import near_communities

    pick = random.Random(2)
    expressions = _expressions()
    person = User.objects.create_user("agent@scale.example", handle="agent", first_name="Ana", last_name="Martin")
    taken = []
    for _ in range(ASKED):
        name, purpose = (
            pick.choice(expressions),
            f"Échanger sur {pick.choice(expressions)} et {pick.choice(expressions)}",
        )
        start = time.perf_counter()
        near_communities(viewer=User.objects.for_request().get(pk=person.pk), name=name, purpose=purpose)
        taken.append((time.perf_counter() - start) * 1000)
    return {"p50": statistics.median(taken), "p95": sorted(taken)[int(ASKED * 0.95)]}


def _expressions() -> list[str]:
    return [words for line in tomllib.loads(SUBJECTS.read_text())["subjects"] for words in line]


def command() -> None:
    django.setup()
    from django.db import connection

    fill()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(json.dumps(measure()))


if __name__ == "__main__":
    command()
