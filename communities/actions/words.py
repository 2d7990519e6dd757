from __future__ import annotations

from communities.models import Community, CommunityWord
from communities.words import words_of


def index_words(community: Community) -> None:
    """Says anew what a community is about, in the transaction that changed its name, purpose or subjects."""
    words = words_of(community.name, community.purpose, [tag.name for tag in community.tags.all()])
    CommunityWord.objects.filter(community=community).delete()
    CommunityWord.objects.bulk_create(rows_of(community.pk, words))


def rows_of(community_id: int, words: dict[str, int]) -> list[CommunityWord]:
    """The rows of one community; bulk writers save them themselves."""
    return [CommunityWord(community_id=community_id, word=word[:60], weight=weight) for word, weight in words.items()]
