"""The pages of a thread and of a community's feed, as a browser and as htmx ask for them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse

from communities.models import Community, Membership
from core.actions.acts import count_act
from core.models import Draft
from feed import limits
from feed.actions.answers import accept_answer
from feed.actions.posts import delete_post, edit_post
from feed.models import Comment, Post, Reaction, Revision, Subscription
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, MembershipFactory, member_of
from tests.factories.feed import CommentFactory, PostFactory, react
from tests.feed.conftest import Place
from tests.support.htmx import trigger
from tests.support.pages import parse
from tests.support.queries import count_queries, queries_at_most

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def post(place: Place) -> Post:
    made: Post = PostFactory(community=place.community, author=place.member)
    return made


def new_post(place: Place) -> str:
    return reverse("feed:post_create", args=[place.community.slug])


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_form_sent_again_after_its_post_was_deleted_leads_to_it(place: Place, client_of: Any, headers: Any) -> None:
    client = client_of(place.member)
    data = {"kind": "message", "title": "Compte rendu", "body": "Merci", "nonce": "abc"}
    client.post(new_post(place), data)
    delete_post(actor=place.member, post=Post.objects.get())
    response = client.post(new_post(place), data, headers=headers)
    assert Post.objects.get().get_absolute_url() in {
        response.headers.get("Location"),
        response.headers.get("HX-Redirect"),
    }
    assert client.get(Post.objects.get().get_absolute_url()).status_code == 200


def test_publishing_without_javascript(place: Place, client_of: Any) -> None:
    client = client_of(place.member)
    page = client.page(new_post(place))
    nonce = page.select_one("input[name=nonce]")["value"]
    data = {"kind": "question", "title": "Qui sait ?", "body": "Merci\n\nd’avance", "nonce": nonce}
    Draft.objects.create(person=place.member, place=f"community:{place.community.pk}:post", address="/", data=data)
    response = client.post(new_post(place), data)
    post = Post.objects.get()
    assert response.url == post.get_absolute_url()
    assert not Draft.objects.exists()
    again = client.post(new_post(place), data)
    assert again.url == post.get_absolute_url()
    page = client.page(post.get_absolute_url())
    assert page.h1.text == "Qui sait ?"
    assert [p.text for p in page.select(f"#post-head-{post.pk} .rich-text p")] == ["Merci", "d’avance"]


def test_what_is_wrong_with_a_post_is_said_and_nothing_is_lost(place: Place, client_of: Any) -> None:
    client = client_of(place.member)
    response = client.post(new_post(place), {"kind": "question", "title": "", "body": "mon texte"})
    assert response.status_code == 422
    page = parse(response.content)
    assert page.select_one(".errors")
    assert page.select_one("textarea").text.strip() == "mon texte"
    fragment = client.post(new_post(place), {"kind": "question", "title": "", "body": "x"}, headers=HTMX)
    assert fragment.status_code == 422
    assert not parse(fragment.content).select_one("html")


def test_publishing_in_place_shows_the_card_as_the_page_would(place: Place, client_of: Any) -> None:
    client = client_of(place.member)
    address = place.community.get_absolute_url()
    page = client.page(address)
    trigger(client, page, ".compose__open")
    response = trigger(client, page, "#compose form", {"title": "Bonjour", "body": "à tous"})
    assert json.loads(response.headers["HX-Trigger"])["toast"]
    fresh = client.page(address)
    assert [card["id"] for card in page.select("#feed article")] == [
        card["id"] for card in fresh.select("#feed article")
    ]
    assert page.select_one("#compose .compose__open") or page.select_one("#compose.compose")


def test_who_may_not_write_is_told_how_to(place: Place, client_of: Any) -> None:
    assert client_of(place.outsider).get(new_post(place)).status_code == 403
    assert client_of(place.stranger).get(new_post(place)).status_code == 404


def test_too_many_posts_are_refused_in_words(place: Place, client_of: Any) -> None:
    for _number in range(limits.POST.count):
        count_act(actor=place.member, limit=limits.POST)
    response = client_of(place.member).post(new_post(place), {"kind": "message", "body": "encore"})
    assert response.status_code == 422
    assert parse(response.content).select_one("textarea").text.strip() == "encore"


def test_publishing_from_anywhere_offers_what_one_may_write_to(place: Place, client_of: Any) -> None:
    MembershipFactory(person=place.member, community=CommunityFactory(read_only=True))
    client = client_of(place.member)
    page = client.page(reverse("publish"))
    offered = [option["value"] for option in page.select("select[name=community] option") if option["value"]]
    assert offered == [str(place.community.pk)]
    data = {"community": place.community.pk, "kind": "message", "body": "oui"}
    assert client.post(reverse("publish"), data).url == Post.objects.get().get_absolute_url()
    foreign = CommunityFactory()
    response = client.post(reverse("publish"), data | {"community": foreign.pk})
    assert response.status_code == 422
    assert Post.objects.count() == 1


@pytest.mark.parametrize("visibility", ["on_request", "by_invitation", "confidential", "in_preparation"])
def test_a_post_does_not_exist_for_whoever_may_not_read_it(visibility: str, client_of: Any) -> None:
    community = CommunityFactory(**{visibility: True})
    post = PostFactory(community=community)
    comment = CommentFactory(target=post)
    client = client_of(UserFactory())
    for address in (
        post.get_absolute_url(),
        reverse("feed:post_history", args=[post.pk]),
        reverse("feed:post_edit", args=[post.pk]),
        reverse("feed:post_head", args=[post.pk]),
        reverse("feed:post_changes", args=[post.pk]),
        reverse("feed:comment_detail", args=[comment.pk]),
        reverse("feed:comment_history", args=[comment.pk]),
        reverse("feed:comment_reply", args=[comment.pk]),
        reverse("feed:comment_create", args=["feed.post", post.pk]),
    ):
        assert client.get(address).status_code == 404, address
    for name, args in (
        ("feed:post_delete", [post.pk]),
        ("feed:post_restore", [post.pk]),
        ("feed:post_pin", [post.pk]),
        ("feed:comment_delete", [comment.pk]),
        ("feed:comment_restore", [comment.pk]),
        ("feed:comment_accept", [comment.pk]),
        ("feed:reaction_set", ["feed.post", post.pk]),
        ("feed:reaction_set", ["feed.comment", comment.pk]),
        ("feed:subscription_set", ["feed.post", post.pk]),
    ):
        assert client.post(reverse(name, args=args)).status_code == 404, name


@pytest.mark.parametrize("label", ["accounts.user", "feed.reaction", "nothing", "a.b.c", "communities.community"])
def test_only_targets_are_reacted_to(label: str, place: Place, client_of: Any) -> None:
    client = client_of(place.member)
    assert client.post(reverse("feed:reaction_set", args=[label, 1]), {"kind": "useful"}).status_code == 404
    assert client.get(reverse("feed:comment_create", args=[label, 1])).status_code == 404


def test_a_comment_is_no_place_to_comment_by_address(place: Place, post: Post, client_of: Any) -> None:
    comment = CommentFactory(target=post)
    client = client_of(place.other)
    assert client.get(reverse("feed:comment_create", args=["feed.comment", comment.pk])).status_code == 404
    assert client.post(reverse("feed:subscription_set", args=["feed.comment", comment.pk])).status_code == 404


def test_commenting_without_javascript(place: Place, post: Post, client_of: Any) -> None:
    client = client_of(place.other)
    page = client.page(post.get_absolute_url())
    form = page.select_one("#answer-form")
    data = {"body": "D’accord", "nonce": form.select_one("input[name=nonce]")["value"]}
    response = client.post(form["action"], data)
    comment = Comment.objects.get()
    assert response.url == f"{post.get_absolute_url()}#comment-{comment.pk}"
    reply = client.page(reverse("feed:comment_reply", args=[comment.pk]))
    client.post(reply.select_one("form.answer-form")["action"], {"body": "Et encore"})
    page = client.page(post.get_absolute_url())
    assert page.select_one(f"#replies-{comment.pk} .rich-text").text.strip() == "Et encore"


def test_commenting_in_place_gives_the_page_loaded_afresh(place: Place, post: Post, client_of: Any) -> None:
    client = client_of(place.other)
    page = client.page(post.get_absolute_url())
    trigger(client, page, "#answer-form", {"body": "oui"})
    comment = Comment.objects.get()
    trigger(client, page, f"#comment-{comment.pk} a[hx-get]")
    trigger(client, page, f"#reply-{comment.pk} form", {"body": "non"})
    fresh = client.page(post.get_absolute_url())
    for part in ("#comments article", "#thread-count"):
        assert [e.get("id") for e in page.select(part)] == [e.get("id") for e in fresh.select(part)]
    assert page.select_one("#thread-count").text == fresh.select_one("#thread-count").text
    assert not page.select_one(f"#reply-{comment.pk} form")


def test_an_empty_comment_is_refused_in_place(place: Place, post: Post, client_of: Any) -> None:
    client = client_of(place.other)
    page = client.page(post.get_absolute_url())
    response = trigger(client, page, "#answer-form", {"body": " "})
    assert response.status_code == 422
    assert page.select_one("#answer-form .field__error")


def test_an_edit_over_another_shows_both_texts(place: Place, post: Post, client_of: Any) -> None:
    client = client_of(place.member)
    page = client.page(reverse("feed:post_edit", args=[post.pk]))
    opened = page.select_one("input[name=version]")["value"]
    edit_post(actor=place.member, post=post, version=1, title="Autre", body="<p>texte de l’autre appareil</p>")
    data = {"title": "Mien", "body": "<p>mon texte</p>", "version": opened}
    response = client.post(reverse("feed:post_edit", args=[post.pk]), data)
    assert response.status_code == 409
    page = parse(response.content)
    assert "texte de l’autre appareil" in page.text
    assert page.select_one("textarea").text.strip() == "mon texte", "without a script one reads words, not tags"
    assert page.select_one("textarea")["data-rse-rich"] == "<p>mon texte</p>"
    post.refresh_from_db()
    assert post.title == "Autre"
    data["version"] = page.select_one("input[name=version]")["value"]
    client.post(reverse("feed:post_edit", args=[post.pk]), data)
    post.refresh_from_db()
    assert post.title == "Mien"
    assert Revision.objects.count() == 2


def test_an_edit_without_a_script_shows_words_and_keeps_what_it_did_not_change(place: Place, client_of: Any) -> None:
    body = "<p>Un <strong>mot</strong> &amp; un autre</p><ul><li>a</li><li>b</li></ul>"
    post = PostFactory(community=place.community, author=place.member, title="Titre", body=body)
    client = client_of(place.member)
    address = reverse("feed:post_edit", args=[post.pk])
    shown = client.page(address).select_one("textarea").text.strip()
    assert shown == "Un mot & un autre\na\nb"
    client.post(address, {"title": "Autre titre", "body": shown.replace("\n", "\r\n"), "version": 1})
    post.refresh_from_db()
    assert (post.title, post.body) == ("Autre titre", body)
    client.post(address, {"title": "Autre titre", "body": "Deux mots", "version": 2})
    post.refresh_from_db()
    assert post.body == "<p>Deux mots</p>"


def test_an_edit_of_a_comment_over_another_shows_both_texts(place: Place, post: Post, client_of: Any) -> None:
    comment = CommentFactory(target=post, author=place.other, version=2)
    client = client_of(place.other)
    data = {"body": "mien", "version": 1}
    assert client.post(reverse("feed:comment_edit", args=[comment.pk]), data).status_code == 409
    assert client.post(reverse("feed:comment_edit", args=[comment.pk]), data | {"version": 2}).status_code == 302
    assert client_of(place.member).get(reverse("feed:comment_edit", args=[comment.pk])).status_code == 403


def test_history_compares_and_restores(place: Place, post: Post, client_of: Any) -> None:
    edit_post(actor=place.member, post=post, version=1, title=post.title, body="<p>Le compte rendu est prêt.</p>")
    address = reverse("feed:post_history", args=[post.pk])
    page = client_of(place.other).page(address)
    assert "atelier" in "".join(gone.text for gone in page.select("del"))
    assert "prêt" in "".join(came.text for came in page.select("ins"))
    assert not page.select(f"form[action$='{reverse('feed:post_restore_version', args=[post.pk])}']")
    inline = client_of(place.other).page(f"{address}?layout=inline&from=1&to=2")
    assert inline.select("del")
    client = client_of(place.member)
    data = {"number": 1, "version": 2}
    client.post(reverse("feed:post_restore_version", args=[post.pk]), data)
    post.refresh_from_db()
    assert "atelier" in post.body
    assert post.version == 3
    assert client_of(place.other).post(reverse("feed:post_restore_version", args=[post.pk]), data).status_code == 403


def test_history_of_a_comment_restores(place: Place, post: Post, client_of: Any) -> None:
    comment = CommentFactory(target=post, author=place.other, body="<p>un</p>")
    client = client_of(place.other)
    client.post(reverse("feed:comment_edit", args=[comment.pk]), {"body": "deux", "version": 1})
    assert client.page(reverse("feed:comment_history", args=[comment.pk])).select("ins")
    client.post(reverse("feed:comment_restore_version", args=[comment.pk]), {"number": 1, "version": 2})
    comment.refresh_from_db()
    assert comment.body == "<p>un</p>"


def test_deleting_a_post_offers_an_undo(place: Place, post: Post, client_of: Any) -> None:
    client = client_of(place.member)
    page = client.page(place.community.get_absolute_url())
    trigger(client, page, f"#post-{post.pk} details.menu")
    response = trigger(client, page, f"#post-{post.pk} form[action$='/delete/']")
    undo = json.loads(response.headers["HX-Trigger"])["toast"]["undo"]
    assert not page.select_one(f"#post-{post.pk}")
    assert client.page(post.get_absolute_url()).select_one("form[action$='/restore/']")
    assert client_of(place.other).get(post.get_absolute_url()).status_code == 404
    client.post(undo, {"next": "//elsewhere.example"})
    assert client.get(post.get_absolute_url()).status_code == 200
    back = client.post(reverse("feed:post_delete", args=[post.pk]), follow=True)
    assert parse(back.content).select_one("[data-rse-toast] form")["action"] == undo


def test_no_next_leads_out(place: Place, post: Post, client_of: Any) -> None:
    client = client_of(place.member)
    for address in ("//elsewhere.example", "https://elsewhere.example/", "/\\elsewhere.example", "javascript:alert(1)"):
        for name in ("feed:post_pin", "feed:post_restore"):
            actor = client_of(place.animator) if name == "feed:post_pin" else client
            response = actor.post(reverse(name, args=[post.pk]), {"next": address, "pinned": "1"})
            assert response.url.startswith("/")
            assert "elsewhere" not in response.url


def test_a_deleted_comment_leaves_a_place_for_its_replies(place: Place, post: Post, client_of: Any) -> None:
    comment = CommentFactory(target=post, author=place.other, body="<p>un secret</p>")
    CommentFactory(parent=comment)
    client = client_of(place.other)
    page = client.page(post.get_absolute_url())
    trigger(client, page, f"#comment-{comment.pk} form[action$='/comments/{comment.pk}/delete/']")
    fresh = client.page(post.get_absolute_url())
    for shown in (page, fresh):
        assert "un secret" not in shown.select_one(f"#comment-{comment.pk}").text
        assert shown.select(f"#replies-{comment.pk} article")
    fragment = client_of(place.member).get(reverse("feed:comment_detail", args=[comment.pk]), headers=HTMX)
    assert "un secret" not in fragment.content.decode()


def test_lists_of_deletions_say_until_when(place: Place, post: Post, client_of: Any) -> None:
    mine = PostFactory(community=place.community, author=place.member, deleted=True)
    others = CommentFactory(target=post, author=place.other, deleted=True)
    page = client_of(place.member).page(reverse("feed:deletion_list"))
    assert [form["action"] for form in page.select("main form")] == [reverse("feed:post_restore", args=[mine.pk])]
    page = client_of(place.animator).page(reverse("feed:community_deletions", args=[place.community.slug]))
    assert {form["action"] for form in page.select("main .card form")} == {
        reverse("feed:post_restore", args=[mine.pk]),
        reverse("feed:comment_restore", args=[others.pk]),
    }
    assert (
        client_of(place.moderator).get(reverse("feed:community_deletions", args=[place.community.slug])).status_code
        == 403
    )


def test_reacting_and_following_in_place(place: Place, post: Post, client_of: Any) -> None:
    client = client_of(place.other)
    page = client.page(place.community.get_absolute_url())
    trigger(client, page, f"#post-{post.pk} form.reactions", {"kind": "useful"})
    trigger(client, page, f"#post-{post.pk} form.follow", {"state": "following"})
    assert Reaction.objects.get().kind == "useful"
    assert Subscription.objects.get().state == "following"
    fresh = client.page(place.community.get_absolute_url())
    for part in ("form.reactions button", "form.follow button"):
        assert str(page.select_one(f"#post-{post.pk} {part}")) == str(fresh.select_one(f"#post-{post.pk} {part}"))
    assert client.post(reverse("feed:reaction_set", args=["feed.post", post.pk]), {"kind": "hate"}).status_code == 400


def test_accepting_frames_the_answer_and_puts_it_first(place: Place, client_of: Any) -> None:
    question = PostFactory(community=place.community, author=place.member, question=True)
    CommentFactory(target=question)
    answer = CommentFactory(target=question)
    client = client_of(place.member)
    page = client.page(question.get_absolute_url())
    assert page.select_one(f"#comment-{answer.pk} form[action$='/accept/']")
    client.post(reverse("feed:comment_accept", args=[answer.pk]), {"accepted": "1"})
    page = client.page(question.get_absolute_url())
    assert page.select_one(f"#accepted #comment-{answer.pk}.card--accepted")
    assert not page.select_one(f"#comments #comment-{answer.pk}")
    assert not client_of(place.other).page(question.get_absolute_url()).select("form[action$='/accept/']")
    client.post(reverse("feed:comment_accept", args=[answer.pk]), {"accepted": ""})
    question.refresh_from_db()
    assert not question.is_answered


def test_opening_a_community_marks_it_as_read_and_home_does_not(place: Place, client_of: Any) -> None:
    PostFactory(community=place.community)
    client = client_of(place.member)
    assert client.page(reverse("home")).select(".card--unread")
    assert client.page(reverse("home")).select(".card--unread")
    assert client.page(place.community.get_absolute_url()).select(".card--unread")
    assert not client.page(place.community.get_absolute_url()).select(".card--unread")
    assert not client.page(reverse("home")).select(".card--unread")
    PostFactory(community=place.community)
    client.post(reverse("feed:mark_all_read"))
    assert not client.page(reverse("home")).select(".card--unread")


def test_the_pill_counts_what_came_and_gives_it_when_clicked(place: Place, client_of: Any) -> None:
    client = client_of(place.member)
    PostFactory(community=place.community)
    page = client.page(place.community.get_absolute_url())
    fresh = PostFactory.create_batch(2, community=place.community)
    PostFactory(community=place.community, author=place.member)
    PostFactory()
    address = page.select_one("#news")["data-rse-fetch"]
    pill = client.get(address, headers=HTMX)
    assert parse(pill.content).select_one("#news")["data-rse-count"] == "2"
    shown = parse(client.get(f"{address}&show=1", headers=HTMX).content)
    assert [card["id"] for card in shown.select("article")] == [f"post-{post.pk}" for post in reversed(fresh)]
    secret = CommunityFactory(confidential=True)
    assert client.get(f"{reverse('feed:entries_new')}?after=0&community={secret.slug}").status_code == 404


def test_changes_since_a_moment_for_a_page_that_was_away(place: Place, post: Post, client_of: Any) -> None:
    old = CommentFactory(target=post, author=place.other)
    client = client_of(place.member)
    now = client.page(post.get_absolute_url()).select_one("[data-rse-thread]")["data-rse-now"]
    comment = CommentFactory(target=post)
    client_of(place.other).post(reverse("feed:comment_edit", args=[old.pk]), {"body": "autre", "version": 1})
    answer = client.get(reverse("feed:post_changes", args=[post.pk]), {"since": now}).json()
    assert [(change["type"], change["ids"].get("comment")) for change in answer["changes"]] == [
        ("post.changed", None),
        ("comment.changed", old.pk),
        ("comment.added", comment.pk),
    ]
    for since in ("", "hier", "2020-01-01T00:00:00+00:00"):
        assert client.get(reverse("feed:post_changes", args=[post.pk]), {"since": since}).json()["reload"]


def test_the_audience_is_said_in_words(client_of: Any) -> None:
    community = CommunityFactory(on_request=True)
    member = member_of(community)
    member_of(community, external=True)
    client = client_of(member)
    page = client.page(reverse("feed:post_create", args=[community.slug]))
    words = page.select_one(".audience").text
    assert "2" in words
    assert "1" in words
    fragment = client.get(reverse("feed:audience"), {"community": community.pk})
    assert parse(fragment.content).select_one(".audience").text == words
    hidden = CommunityFactory(confidential=True)
    assert not parse(client.get(reverse("feed:audience"), {"community": hidden.pk}).content).select(".audience")


def test_no_field_of_a_form_sets_what_is_not_its_own(place: Place, post: Post, client_of: Any) -> None:
    elsewhere = CommunityFactory()
    forged = {
        "author": place.animator.pk,
        "community": elsewhere.pk,
        "community_id": elsewhere.pk,
        "pinned_at": "2026-01-01T00:00:00Z",
        "accepted_comment": 1,
        "deleted_at": "2026-01-01T00:00:00Z",
        "created_at": "2020-01-01T00:00:00Z",
        "is_staff": "1",
        "validated_by": place.animator.pk,
    }
    client = client_of(place.member)
    client.post(new_post(place), {"kind": "message", "body": "oui", **forged})
    client.post(reverse("feed:post_edit", args=[post.pk]), {"title": "x", "body": "oui", "version": 1, **forged})
    for made in Post.objects.order_by("pk"):
        assert (made.author, made.community) == (place.member, place.community)
        assert (made.pinned_at, made.accepted_comment, made.deleted_at) == (None, None, None)
        assert made.created_at.year > 2020
    assert Community.objects.get(pk=elsewhere.pk).posts.count() == 0


def test_what_people_write_never_acts_on_the_page(place: Place, client_of: Any) -> None:
    body = '<p hx-get="/" hx-trigger="load" onclick="alert(1)">a</p><script>alert(1)</script>'
    title = '"><img src=x onerror=alert(1)>'
    client = client_of(place.member)
    client.post(new_post(place), {"kind": "message", "title": title, "body": body})
    post = Post.objects.get()
    comment = client.post(reverse("feed:comment_create", args=["feed.post", post.pk]), {"body": body})
    assert comment.status_code == 302
    for address in (post.get_absolute_url(), place.community.get_absolute_url(), reverse("home")):
        page = client.page(address)
        for text in page.select(".rich-text"):
            assert text.has_attr("hx-disable")
            assert not text.select("[hx-get], [onclick], script, img")
        assert not page.select("img[src=x]")


def fill(community: Community, count: int) -> None:
    for post in PostFactory.create_batch(count, community=community, question=True):
        comment = CommentFactory(target=post)
        CommentFactory(parent=comment)
        react(comment.author, post)


def test_pages_ask_as_many_queries_at_any_size(place: Place, client_of: Any) -> None:
    client = client_of(place.member)
    fill(place.community, 3)
    PostFactory(community=place.community, pinned=True)
    thread = PostFactory(community=place.community, question=True)
    answer = CommentFactory(target=thread)
    accept_answer(actor=place.animator, post=thread, comment=answer)
    addresses = {
        reverse("home"): 12,
        place.community.get_absolute_url(): 12,
        reverse("feed:question_list", args=[place.community.slug]): 12,
        thread.get_absolute_url(): 12,
    }
    few = {}
    for address, limit in addresses.items():
        client.get(address)
        with queries_at_most(limit, in_templates=1) as queries:
            client.get(address)
        few[address] = len(queries)
    fill(place.community, 25)
    CommentFactory.create_batch(20, target=thread)
    for other in CommunityFactory.create_batch(15):
        MembershipFactory(community=other, person=place.member)
        PostFactory(community=other)
    for address in addresses:
        client.get(address)
        with count_queries() as queries:
            client.get(address)
        assert len(queries) == few[address], f"{address}\n{queries}"
    PostFactory(community=place.community)
    # What is read for the first time moves the marker as well.
    with queries_at_most(12, in_templates=1):
        client.get(place.community.get_absolute_url())


def test_a_reader_has_no_marker_and_writes_nothing(place: Place, post: Post, client_of: Any) -> None:
    client = client_of(place.outsider)
    page = client.page(place.community.get_absolute_url())
    assert not page.select("#compose, .card--unread")
    assert not Membership.objects.filter(person=place.outsider).exists()
    page = client.page(post.get_absolute_url())
    assert not page.select("#answer-form, form.reactions")
    assert page.select("form.follow")
