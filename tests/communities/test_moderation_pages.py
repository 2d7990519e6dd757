"""The pages of moderation: what each reader learns, what they cost, what they refuse in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from communities.enums import CaseState, Outcome, Role
from communities.models import Case, ContentReport, Membership
from core.models import Image
from feed.models import Post
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, MembershipFactory, member_of
from tests.factories.feed import CommentFactory, PostFactory
from tests.factories.moderation import CaseFactory, CharterFactory, decided, hide, report
from tests.support.htmx import trigger
from tests.support.queries import queries_at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of(client_of: Any) -> Any:
    """The client of a person who reads English: what pages say is compared as it is written in the code."""

    def sign_in(person: Any) -> Any:
        type(person).objects.filter(pk=person.pk).update(language="en")
        return client_of(person)

    return sign_in


@pytest.fixture
def case() -> Any:
    """A case in a confidential community, whose reporter has a name that one would recognise."""
    community = CharterFactory(community=CommunityFactory(confidential=True)).community
    post = PostFactory(community=community, author=member_of(community), title="Rien", body="<p>Texte vif</p>")
    case = CaseFactory(target=post, reporters=0)
    report(case, member_of(community, last_name="Délatrice"))
    return case


class TestQueue:
    def test_tab_counts_what_waits_for_the_team_alone(self, case, client_of):
        def tab(person):
            page = client_of(person).page(case.community.get_absolute_url())
            return page.select(f".tabs a[href='/communities/{case.community.slug}/moderation/']")

        assert "(1)" in tab(member_of(case.community, Role.MODERATOR))[0].text
        assert tab(member_of(case.community)) == []

    def test_author_who_moderates_sees_that_it_concerns_them_and_no_reason(self, case, client_of):
        Membership.objects.filter(person=case.author).update(role=Role.MODERATOR)
        client = client_of(case.author)
        page = client.page(f"/communities/{case.community.slug}/moderation/")
        article = page.select_one("article.case")
        assert "Abusive" not in article.text
        assert "1 report" not in article.text
        text = client.page(case.get_absolute_url()).select_one("main").text
        assert "Délatrice" not in text
        assert not client.page(case.get_absolute_url()).select("#decide")

    def test_manager_sees_the_text_and_nothing_else_of_the_community(self, case, client_of):
        client = client_of(UserFactory(community_manager=True))
        board = client.page("/moderation/")
        assert "Texte vif" in board.select_one("article.case").text
        page = client.page(case.get_absolute_url())
        assert "Texte vif" in page.select_one("main").text
        assert page.select_one("#decide")
        assert not page.select(f"a[href='/posts/{case.target_id}/']")
        client.page(f"/posts/{case.target_id}/", 404)

    def test_manager_sees_the_pictures_of_the_text_and_of_no_other(self, case, client_of):
        def picture(owner):
            file = ContentFile(b"RIFF", "image.webp")
            return Image.objects.create(file=file, content_type="image/webp", width=1, height=1, owner=owner)

        shown, other = picture(case.target), picture(PostFactory(community=case.community))
        Post.objects.filter(pk=case.target_id).update(body=f'<p><img src="/images/{shown.pk}/" alt=""></p>')
        client = client_of(UserFactory(community_manager=True))
        source = client.page(case.get_absolute_url()).select_one(".rich-text img")["src"]
        assert client.get(source).getvalue() == b"RIFF"
        assert client.get(f"{case.get_absolute_url()}images/{other.pk}/").status_code == 404
        assert client.get(f"/images/{shown.pk}/").status_code == 404
        assert client_of(case.author).get(source).status_code == 404

    @pytest.mark.parametrize("size", [3, 30])
    def test_costs_the_same_for_three_and_for_thirty(self, client_of, size):
        community = CommunityFactory()
        for number in range(size):
            author = member_of(community)
            post = PostFactory(community=community, author=author)
            target = post if number % 2 else CommentFactory(target=post, author=author)
            CaseFactory(target=target, reporters=2)
        client = client_of(member_of(community, Role.MODERATOR))
        client.get("/")
        with queries_at_most(12, in_templates=1):
            page = client.page(f"/communities/{community.slug}/moderation/")
        assert len(page.select("article.case")) == size
        manager = client_of(UserFactory(community_manager=True))
        manager.get("/")
        with queries_at_most(12, in_templates=1):
            manager.page("/moderation/")

    @pytest.mark.parametrize("size", [3, 30])
    def test_case_costs_the_same_for_three_and_for_thirty_reports(self, client_of, size):
        case = CaseFactory(reporters=size)
        decided(case, UserFactory())
        client = client_of(member_of(case.community, Role.MODERATOR))
        client.get("/")
        with queries_at_most(16, in_templates=1):
            client.page(case.get_absolute_url())


class TestCase:
    def test_reporter_sees_what_came_of_it_and_nothing_of_the_author(self, case, client_of):
        reporter = case.reports.get().person
        client = client_of(reporter)
        assert "Texte vif" not in client.page(case.get_absolute_url()).select_one("main").text
        decided(case, member_of(case.community, Role.MODERATOR, last_name="Modératrice"), Outcome.SUSPEND)
        hide(case.target)
        text = client.page(case.get_absolute_url()).select_one("main").text
        for secret in ("Rien", "Texte vif", "Trop vif", "Modératrice", "suspend", case.author.last_name):
            assert secret not in text

    def test_author_reads_rule_and_word_and_no_name(self, case, client_of):
        decided(case, member_of(case.community, Role.MODERATOR, last_name="Modératrice"), Outcome.WARN)
        page = client_of(case.author).page(case.get_absolute_url())
        text = page.select_one("main").text
        assert "1. Restons courtois." in text
        assert "Trop vif." in text
        assert page.select_one("#contest")
        for secret in ("Délatrice", "Modératrice", "Abusive"):
            assert secret not in text

    def test_invalid_decision_comes_back_with_what_is_missing(self, case, client_of):
        client = client_of(member_of(case.community, Role.MODERATOR))
        response = client.post(f"{case.get_absolute_url()}decide/", {"outcome": "warn", "days": "7", "word": "Assez."})
        assert response.status_code == 422
        assert "Assez." in response.content.decode()
        assert Case.objects.get().state == CaseState.OPEN

    def test_second_moderator_reads_what_was_decided(self, case, client_of):
        first = member_of(case.community, Role.ANIMATOR)
        client = client_of(member_of(case.community, Role.MODERATOR))
        decided(case, first)
        client.post(f"{case.get_absolute_url()}decide/", {"outcome": "dismiss", "word": ""})
        text = client.page(case.get_absolute_url()).select_one("#toasts").text
        assert str(first) in text

    def test_undo_is_in_the_confirmation(self, case, client_of):
        client = client_of(member_of(case.community, Role.MODERATOR))
        data = {"outcome": "hide", "rule": "1", "word": "Trop vif."}
        client.post(f"{case.get_absolute_url()}decide/", data)
        page = client.page(case.get_absolute_url())
        assert page.select_one(f"#toasts form[action='{case.get_absolute_url()}undo/']")
        client.post(f"{case.get_absolute_url()}undo/")
        assert Case.objects.get().state == CaseState.OPEN


class TestReporting:
    def test_dialog_and_page_say_the_same(self, client_of):
        post = PostFactory(community=CommunityFactory())
        client = client_of(UserFactory())
        page = client.page(f"/posts/{post.pk}/")
        trigger(client, page, f"a[hx-get='/reports/feed.post/{post.pk}/']")
        dialog = page.select_one("dialog[data-rse-modal]")
        whole = client.page(f"/reports/feed.post/{post.pk}/")
        values = [radio["value"] for radio in dialog.select("[name=reason]")]
        assert values == [radio["value"] for radio in whole.select("main [name=reason]")]
        assert values == ["unwanted", "false", "abusive"]
        response = trigger(client, page, "dialog form[hx-post]", {"reason": "abusive"})
        assert "toast" in response.headers["HX-Trigger"]
        assert not page.select("dialog[data-rse-modal]")
        assert ContentReport.objects.count() == 1

    def test_ones_own_text_is_refused_in_words(self, client_of):
        post = PostFactory()
        client = client_of(MembershipFactory(community=post.community, person=post.author).person)
        page = client.page(f"/reports/feed.post/{post.pk}/")
        assert "your own text" in page.select_one("main").text
        assert not page.select("main [name=reason]")
        assert not client.page(f"/posts/{post.pk}/").select("a[href^='/reports/']")
        response = client.post(f"/reports/feed.post/{post.pk}/", {"reason": "abusive"})
        assert response.status_code == 422
        assert not Case.objects.exists()

    @pytest.mark.parametrize("label", ["communities.community", "feed.nothing", "nonsense", "accounts.user"])
    def test_what_nobody_moderates_does_not_exist(self, client_of, label):
        assert client_of(UserFactory()).get(f"/reports/{label}/1/").status_code == 404
        assert client_of(UserFactory()).get(f"/cases/of/{label}/1/").status_code == 404


class TestSuspended:
    def test_composer_says_until_when_and_why(self, client_of):
        community = CommunityFactory()
        until = timezone.now() + timedelta(days=3)
        person = MembershipFactory(community=community, suspended_until=until, suspended_for="2. Citons.").person
        post = PostFactory(community=community)
        client = client_of(person)
        for address in (community.get_absolute_url(), f"/posts/{post.pk}/"):
            notice = client.page(address).select_one("#compose.notice")
            assert "2. Citons." in notice.text
            assert str(timezone.localtime(until).year) in notice.text
        for address in (f"/communities/{community.slug}/posts/new/", f"/comments/on/feed.post/{post.pk}/"):
            response = client.get(address)
            assert response.status_code == 403
            assert "2. Citons." in response.content.decode()

    def test_nothing_is_said_once_it_is_over(self, client_of):
        community = CommunityFactory()
        until = timezone.now() - timedelta(seconds=1)
        person = MembershipFactory(community=community, suspended_until=until, suspended_for="2. Citons.").person
        page = client_of(person).page(community.get_absolute_url())
        assert not page.select("#compose.notice")
        assert page.select_one("#compose")


class TestValidations:
    def test_cases_wait_for_the_team_and_contests_for_managers(self, case, client_of):
        def waits(person):
            page = client_of(person).page("/validations/")
            return bool(page.select(f"main a[href='{case.get_absolute_url()}']"))

        moderator = member_of(case.community, Role.MODERATOR)
        manager, reporter = UserFactory(community_manager=True), case.reports.get().person
        assert [waits(person) for person in (moderator, manager, reporter, case.author)] == [True, False, False, False]
        decided(case, moderator)
        Case.objects.update(state=CaseState.CONTESTED)
        assert [waits(person) for person in (moderator, manager, reporter, case.author)] == [False, True, False, False]


def test_dashboard_asks_to_look_at_what_is_reported(case: Any, client_of: Any) -> None:
    page = client_of(member_of(case.community, Role.ANIMATOR)).page(f"/communities/{case.community.slug}/dashboard/")
    assert page.select(f"main a[href='/communities/{case.community.slug}/moderation/']")


def test_team_sees_in_the_list_who_is_suspended_and_members_do_not(case: Any, client_of: Any) -> None:
    Membership.objects.filter(person=case.author).update(suspended_until=timezone.now() + timedelta(days=2))
    address = f"/communities/{case.community.slug}/members/"
    assert (
        "suspended until" in client_of(member_of(case.community, Role.MODERATOR)).page(address).select_one("main").text
    )
    assert "suspended until" not in client_of(member_of(case.community)).page(address).select_one("main").text
