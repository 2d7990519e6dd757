"""Posts, comments and what hangs on them; written straight into the tables, with the activities that actions record."""

from __future__ import annotations

from typing import Any

import factory
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone

from communities.enums import Verb
from communities.models import Activity
from feed.enums import PostKind, ReactionKind, SubscriptionState
from feed.models import Comment, Post, Reaction, Subscription


class PostFactory(factory.django.DjangoModelFactory):
    """A message, with its entry in the feed. `deleted=True` was deleted just now, by its author."""

    class Meta:
        model = Post

    class Params:
        question = factory.Trait(kind=PostKind.QUESTION, title="Qui a déjà acheté du papier recyclé ?")
        announcement = factory.Trait(kind=PostKind.ANNOUNCEMENT, title="Atelier du 12 décembre")
        pinned = factory.Trait(pinned_at=factory.LazyFunction(timezone.now))
        deleted = factory.Trait(
            deleted_at=factory.LazyFunction(timezone.now), deleted_by=factory.SelfAttribute("author")
        )

    community = factory.SubFactory("tests.factories.communities.CommunityFactory")
    author = factory.SubFactory("tests.factories.accounts.UserFactory")
    kind = PostKind.MESSAGE
    title = factory.Sequence(lambda number: f"Compte rendu numéro {number}")
    body = "<p>Le compte rendu de l’atelier est en ligne.</p>"

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Post:
        post: Post = super()._create(model_class, *args, **kwargs)
        Activity.objects.create(
            community=post.community,
            actor=post.author,
            verb=Verb.PUBLISHED,
            target=post,
            is_entry=True,
            is_shown=not post.is_deleted,
        )
        return post


class CommentFactory(factory.django.DjangoModelFactory):
    """A comment under `target`, or under `parent`."""

    class Meta:
        model = Comment

    class Params:
        deleted = factory.Trait(
            deleted_at=factory.LazyFunction(timezone.now), deleted_by=factory.SelfAttribute("author")
        )

    target = factory.LazyAttribute(lambda made: made.parent.target if made.parent else PostFactory())
    parent = None
    community = factory.LazyAttribute(lambda made: getattr(made.target, "community", None))
    author = factory.SubFactory("tests.factories.accounts.UserFactory")
    body = "<p>Merci, c’est très utile.</p>"


def react(person: Any, target: Model, kind: ReactionKind = ReactionKind.USEFUL) -> Reaction:
    """The person said in one click what they think of the target."""
    return Reaction.objects.create(person=person, target=target, kind=kind)


def subscribe(person: Any, target: Model, state: SubscriptionState = SubscriptionState.FOLLOWING) -> Subscription:
    """The person follows the thread, or has muted it."""
    return Subscription.objects.create(
        person=person, target_type=ContentType.objects.get_for_model(target), target_id=target.pk, state=state
    )
