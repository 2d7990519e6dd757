from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class FeedConfig(AppConfig):
    name = "feed"
    verbose_name = _("Feed")

    def ready(self) -> None:
        from accounts.profile_parts import ProfilePart, profile_parts
        from communities.events import MembershipExpired, ReachChanged
        from communities.facts import facts
        from communities.home import home_view
        from communities.tabs import Tab, tabs
        from core.kinds import kinds
        from core.policies import policies
        from core.subscribers import subscribe
        from core.targets import Moderation, Target, targets
        from feed.actions.sight import hide_comment, hide_post, show_comment, show_post
        from feed.cards import post_cards
        from feed.facts import FACTS
        from feed.kinds import AnswerWasAccepted, CommentOnFollowedThread
        from feed.models import Comment, Post
        from feed.permissions import CommentPolicy, PostPolicy
        from feed.profile import answers_given
        from feed.subscribers import unfollow_what_is_lost, unfollow_what_is_over
        from feed.views.community import community_feed

        policies.register(Post, PostPolicy())
        subscribe(ReachChanged, unfollow_what_is_lost)
        subscribe(MembershipExpired, unfollow_what_is_over)
        policies.register(Comment, CommentPolicy())
        targets.register(
            Post,
            Target(
                title=str,
                address=lambda post: post.get_absolute_url(),
                card="feed/post/_card.html",
                for_cards=post_cards,
                comment="feed.comment_post",
                react="feed.react_post",
                follow="feed.follow_post",
                report="feed.report_post",
                moderation=Moderation(
                    noun=_("post"),
                    body=lambda post: post.body,
                    edited_at=lambda post: post.edited_at,
                    history=lambda post: reverse("feed:post_history", args=[post.pk]),
                    hide=hide_post,
                    show=show_post,
                ),
            ),
        )
        targets.register(
            Comment,
            Target(
                title=str,
                address=lambda comment: comment.get_absolute_url(),
                react="feed.react_comment",
                report="feed.report_comment",
                moderation=Moderation(
                    noun=_("comment"),
                    body=lambda comment: comment.body,
                    edited_at=lambda comment: comment.edited_at,
                    history=lambda comment: reverse("feed:comment_history", args=[comment.pk]),
                    hide=hide_comment,
                    show=show_comment,
                ),
            ),
        )
        for fact_name, fact in FACTS.items():
            facts.register(fact_name, fact)
        home_view.register("feed", community_feed)
        tabs.register(
            "feed",
            Tab(
                title=_("Feed"),
                url_name="communities:community_detail",
                is_shown=lambda abilities: abilities.view_community,
                order=10,
            ),
        )
        tabs.register(
            "questions",
            Tab(
                title=_("Questions"),
                url_name="feed:question_list",
                is_shown=lambda abilities: abilities.view_community,
                order=20,
            ),
        )
        profile_parts.register("answers", ProfilePart("feed/_profile_answers.html", answers_given))
        for kind in (CommentOnFollowedThread(), AnswerWasAccepted()):
            kinds.register(kind.name, kind)
