"""The pages of communities: what each person finds there, and what it costs."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.enums import Joining, MembershipState, Role, Stage
from communities.models import Activity, Community, FormerSlug, Membership
from tests.factories.accounts import UnitFactory, UserFactory
from tests.factories.communities import CommunityFactory, MembershipFactory, grant, member_of
from tests.support import htmx
from tests.support.pages import parse
from tests.support.queries import queries_at_most

pytestmark = pytest.mark.django_db

LIST = "/communities/"


def names(page):
    return [title.text for title in page.select(".community-card .card__title")]


class TestDirectory:
    def test_shows_only_what_one_may_find(self, client_of):
        CommunityFactory(name="Ouverte")
        CommunityFactory(name="Sur demande", on_request=True)
        CommunityFactory(name="Secrète", confidential=True)
        CommunityFactory(name="Chantier", in_preparation=True)
        page = client_of(UserFactory()).page(LIST)
        assert names(page) == ["Ouverte", "Sur demande"]
        assert page.select_one("#community-count").text.split()[0] == "2"

    def test_guest_sees_their_communities_alone(self, client_of):
        CommunityFactory(name="Ouverte")
        guest = member_of(CommunityFactory(name="La mienne", confidential=True), external=True)
        assert names(client_of(guest).page(LIST)) == ["La mienne"]

    @pytest.mark.parametrize("typed", ["télétravail", "TELETRAVAIL", "equipes tele"])
    def test_finds_without_accents_and_case(self, client_of, typed):
        CommunityFactory(name="Télétravail", purpose="Pour les équipes à distance.")
        CommunityFactory(name="Achats")
        assert names(client_of(UserFactory()).page(f"{LIST}?q={typed}")) == ["Télétravail"]

    def test_finds_by_subject(self, client_of):
        CommunityFactory(name="Achats").tags.set(["Écologie"])
        CommunityFactory(name="Autre")
        assert names(client_of(UserFactory()).page(f"{LIST}?q=ecologie")) == ["Achats"]

    def test_filters_by_unit_with_what_is_below(self, client_of):
        ministry = UnitFactory(ministry=True)
        direction = UnitFactory(direction=True, parent=ministry)
        service = UnitFactory(parent=direction)
        CommunityFactory(name="Du service", unit=service)
        CommunityFactory(name="Ailleurs", unit=UnitFactory(direction=True, parent=ministry))
        client = client_of(UserFactory())
        assert names(client.page(f"{LIST}?unit={direction.slug}")) == ["Du service"]
        assert names(client.page(f"{LIST}?unit={service.slug}")) == ["Du service"]
        assert len(names(client.page(f"{LIST}?unit={ministry.slug}"))) == 2

    def test_filters_by_kind_access_and_mine(self, client_of):
        CommunityFactory(name="Chorale", kind="extra_professional")
        asked = CommunityFactory(name="Données", on_request=True)
        person = member_of(asked)
        client = client_of(person)
        assert names(client.page(f"{LIST}?kind=extra_professional")) == ["Chorale"]
        assert names(client.page(f"{LIST}?access=request")) == ["Données"]
        assert names(client.page(f"{LIST}?scope=mine")) == ["Données"]
        assert names(client.page(f"{LIST}?kind=nonsense&page=zzz")) == ["Chorale", "Données"]

    def test_near_my_service(self, client_of):
        direction = UnitFactory(direction=True, parent=UnitFactory(ministry=True))
        service = UnitFactory(parent=direction)
        CommunityFactory(name="De ma direction", unit=direction)
        joined = CommunityFactory(name="D’une collègue")
        member_of(joined, unit=service)
        hidden = CommunityFactory(name="Sur demande d’une collègue", on_request=True)
        member_of(hidden, unit=service)
        CommunityFactory(name="Ailleurs")
        page = client_of(UserFactory(unit=service)).page(f"{LIST}?scope=near")
        assert names(page) == ["D’une collègue", "De ma direction"]

    def test_most_lively_first_and_unreadable_messages_are_not_counted(self, client_of):
        calm, lively = CommunityFactory(name="A calme"), CommunityFactory(name="Z vivante")
        closed = CommunityFactory(name="M fermée", on_request=True)
        for community in [lively, lively, closed, closed, closed]:
            Activity.objects.create(
                community=community, verb="published", target=UserFactory(), is_entry=True, at=timezone.now()
            )
        Activity.objects.create(
            community=calm, verb="published", target=UserFactory(), is_entry=True, at=timezone.now() - timedelta(8)
        )
        page = client_of(UserFactory()).page(LIST)
        assert names(page) == ["Z vivante", "A calme", "M fermée"]
        texts = [card.select_one(".card__foot").text for card in page.select(".community-card")]
        assert "2 " in texts[0]
        assert "message" not in texts[1] + texts[2]

    def test_colleagues_are_counted_where_members_are_seen(self, client_of):
        service = UnitFactory()
        seen, unseen = CommunityFactory(name="A vue"), CommunityFactory(name="B fermée", on_request=True)
        for community in (seen, unseen):
            member_of(community, unit=service)
            member_of(community, unit=service, is_active=False)
        cards = client_of(UserFactory(unit=service)).page(LIST).select(".community-card .card__foot")
        assert "1 coll" in cards[0].text
        assert "coll" not in cards[1].text

    def test_colleagues_are_not_counted_in_what_is_suggested_where_members_are_not_seen(self, client_of):
        service = UnitFactory()
        for community in (CommunityFactory(name="A vue"), CommunityFactory(name="B fermée", on_request=True)):
            member_of(community, unit=service)
        page = client_of(UserFactory(unit=service)).page("/beside/")
        suggested = {
            item.a.text: item.small.text for item in page.select("#beside [aria-labelledby=suggestions-title] li")
        }
        assert "1 coll" in suggested["A vue"]
        assert "coll" not in suggested["B fermée"]

    def test_a_guest_learns_no_unit_by_guessing_its_address(self, client_of):
        unit = UnitFactory(name="Cellule sans nom")
        guest = member_of(CommunityFactory(), external=True)
        assert unit.name not in client_of(guest).get(f"{LIST}?unit={unit.slug}").content.decode()
        assert unit.name in client_of(UserFactory()).get(f"{LIST}?unit={unit.slug}").content.decode()

    def test_shows_the_first_step_to_whoever_has_nothing(self, client_of):
        assert client_of(UserFactory()).page(LIST).select_one(".empty")
        page = client_of(UserFactory(community_manager=True)).page(LIST)
        assert page.select_one(".empty a")["href"] == "/communities/new/"

    def test_costs_the_same_with_3_and_30(self, client_of):
        service = UnitFactory(direction=True, parent=UnitFactory(ministry=True))
        person = UserFactory(unit=service)
        for size in (3, 27):
            for _number in range(size):
                community = CommunityFactory(unit=service)
                member_of(community, unit=service)
                MembershipFactory(community=community, person=person)
            client = client_of(person)
            client.get(LIST)
            with queries_at_most(12, in_templates=1):
                client.page(f"{LIST}?scope=near")

    def test_more_follow_in_place(self, client_of):
        for number in range(30):
            CommunityFactory(name=f"Communauté {number:02}")
        client = client_of(UserFactory())
        page = client.page(LIST)
        assert len(names(page)) == 24
        htmx.trigger(client, page, ".more a")
        assert len(names(page)) == 30
        assert not page.select(".more")

    def test_filtering_by_htmx_gives_what_the_page_gives(self, client_of):
        CommunityFactory(name="Achats")
        CommunityFactory(name="Télétravail")
        client = client_of(UserFactory())
        page = client.page(LIST)
        response = client.get(LIST, {"q": "achats"}, headers={"HX-Request": "true"})
        htmx.swap(page, response, page.select_one("#community-results"), "innerHTML")
        fresh = client.page(f"{LIST}?q=achats")
        assert names(page) == names(fresh) == ["Achats"]
        assert page.select_one("#community-count").text == fresh.select_one("#community-count").text


class TestFromTheList:
    def test_joining_swaps_the_card(self, client_of):
        community, person = CommunityFactory(), UserFactory()
        client = client_of(person)
        page = client.page(LIST)
        response = htmx.trigger(client, page, f"#community-{community.pk} form")
        assert "toast" in response.headers["HX-Trigger"]
        assert Membership.objects.get(person=person).is_member
        assert not page.select(f"#community-{community.pk} form")

    def test_asking_and_cancelling_swap_the_card(self, client_of):
        community, person = CommunityFactory(on_request=True), UserFactory()
        client = client_of(person)
        page = client.page(LIST)
        htmx.trigger(client, page, f"#community-{community.pk} form")
        assert Membership.objects.get(person=person).state == MembershipState.REQUESTED
        htmx.trigger(client, page, f"#community-{community.pk} form")
        assert Membership.objects.get(person=person).state == MembershipState.LEFT
        assert page.select_one(f"#community-{community.pk} form")["action"].endswith("/request/")

    def test_works_without_a_script(self, client_of):
        community, person = CommunityFactory(), UserFactory()
        response = client_of(person).post(f"/communities/{community.slug}/join/", {"next": f"{LIST}?kind=project"})
        assert response.headers["Location"] == f"{LIST}?kind=project"
        assert Membership.objects.get(person=person).is_member

    def test_never_leads_elsewhere(self, client_of):
        community = CommunityFactory()
        response = client_of(UserFactory()).post(f"/communities/{community.slug}/join/", {"next": "//evil.example/"})
        assert response.headers["Location"] == f"/communities/{community.slug}/"


class TestAddresses:
    def test_former_address_leads_to_todays(self, client_of):
        community = CommunityFactory(slug="nouveau")
        FormerSlug.objects.create(slug="ancien", community=community)
        client = client_of(UserFactory())
        response = client.get("/communities/ancien/about/?a=1")
        assert (response.status_code, response.headers["Location"]) == (301, "/communities/nouveau/about/?a=1")
        response = client.post("/communities/ancien/join/")
        assert (response.status_code, response.headers["Location"]) == (308, "/communities/nouveau/join/")

    def test_former_address_of_what_one_may_not_find_does_not_exist(self, client_of):
        FormerSlug.objects.create(slug="ancien", community=CommunityFactory(confidential=True))
        client = client_of(UserFactory())
        hidden, absent = client.get("/communities/ancien/"), client.get("/communities/absent/")
        assert hidden.status_code == absent.status_code == 404

    @pytest.mark.parametrize("page", ["", "about/", "members/", "settings/"])
    def test_hidden_community_does_not_exist(self, client_of, page):
        community = CommunityFactory(confidential=True)
        assert client_of(UserFactory()).get(f"/communities/{community.slug}/{page}").status_code == 404

    @pytest.mark.parametrize("page", ["about/", "members/", "settings/"])
    def test_visible_and_forbidden_is_403(self, client_of, page):
        community = CommunityFactory(on_request=True)
        assert client_of(UserFactory()).get(f"/communities/{community.slug}/{page}").status_code == 403


class TestDoor:
    def door(self, client_of, person, community):
        page = client_of(person).page(f"/communities/{community.slug}/")
        return page.select_one("#door-title")

    def test_shows_purpose_animators_and_how_to_ask(self, client_of):
        community = CommunityFactory(on_request=True, purpose="Protéger les données.", description="<p>secret</p>")
        member_of(community, Role.ANIMATOR, first_name="Lucie", last_name="Dumas")
        page = client_of(UserFactory()).page(f"/communities/{community.slug}/")
        assert "Protéger les données." in page.text
        assert "Lucie Dumas" in page.text
        assert page.select_one("textarea[name=motivation]")
        assert "secret" not in page.text

    def test_asks_with_a_motivation(self, client_of):
        community, person = CommunityFactory(on_request=True), UserFactory()
        client = client_of(person)
        response = client.post(f"/communities/{community.slug}/request/", {"motivation": "Je suis acheteuse."})
        assert response.status_code == 302
        assert "Je suis acheteuse." in client.page(f"/communities/{community.slug}/").text
        assert client.post(f"/communities/{community.slug}/request/", {"motivation": "x" * 501}).status_code == 422

    def test_refusal_says_why_and_lets_ask_again(self, client_of):
        row = MembershipFactory(
            community__on_request=True, state=MembershipState.REFUSED, reason="Réservé aux juristes."
        )
        page = client_of(row.person).page(f"/communities/{row.community.slug}/")
        assert "Réservé aux juristes." in page.text
        assert page.select_one("textarea[name=motivation]")

    def test_every_standing_has_its_words(self, client_of):
        unit = UnitFactory()
        granted = CommunityFactory(by_invitation=True)
        grant(granted, unit, "join_community")
        people = [
            (UserFactory(), CommunityFactory(by_invitation=True)),
            (UserFactory(unit=unit), granted),
            (UserFactory(community_manager=True), CommunityFactory(confidential=True)),
            (UserFactory(), CommunityFactory(on_request=True, archived=True)),
        ]
        for state in ("invited", "requested"):
            row = MembershipFactory(community__on_request=True, **{state: True})
            people.append((row.person, row.community))
        row = MembershipFactory(community__on_request=True, banned=True)
        people.append((row.person, row.community))
        titles = [self.door(client_of, person, community).text for person, community in people]
        assert len(set(titles)) == len(titles)


class TestPagesOfACommunity:
    @pytest.mark.parametrize("page", ["about/", "members/", "settings/"])
    def test_costs_the_same_with_3_and_30(self, client_of, page):
        unit = UnitFactory()
        community = CommunityFactory(unit=unit, description="<p>Bonjour.</p>")
        community.tags.set(["achats", "clauses"])
        animator = member_of(community, Role.ANIMATOR, unit=unit)
        for size in (3, 27):
            for _number in range(size):
                member_of(community, unit=unit)
                MembershipFactory(community=community, requested=True, person__unit=unit)
                MembershipFactory(community=community, invited=True, person__unit=unit)
                MembershipFactory(community=community, banned=True, person__unit=unit)
                grant(community, UnitFactory(), "view_community")
            client = client_of(animator)
            client.get(LIST)
            with queries_at_most(12, in_templates=1):
                client.page(f"/communities/{community.slug}/{page}")

    def test_tabs_are_those_that_one_may_open(self, client_of):
        community = CommunityFactory()

        def tabs(person):
            return len(client_of(person).page(f"/communities/{community.slug}/about/").select(".tabs a"))

        # Moderators see the figures and what is reported, animators the settings too.
        assert tabs(member_of(community)) + 2 == tabs(member_of(community, Role.MODERATOR))
        assert tabs(member_of(community)) + 3 == tabs(member_of(community, Role.ANIMATOR))

    def test_band_offers_leaving_and_undoing_it(self, client_of):
        community = CommunityFactory()
        person = member_of(community)
        client = client_of(person)
        page = client.page(f"/communities/{community.slug}/about/")
        response = client.post(page.select_one("form[action$='/leave/']")["action"], follow=True)
        undo = parse(response.content).select_one(".toast form")["action"]
        assert not Membership.objects.get(person=person).is_member
        client.post(undo)
        assert Membership.objects.get(person=person).is_member

    def test_undo_finds_a_confidential_community_that_one_left(self, client_of):
        community = CommunityFactory(confidential=True)
        person = member_of(community)
        client = client_of(person)
        response = client.post(f"/communities/{community.slug}/leave/")
        assert response.headers["Location"] == LIST
        assert client.get(f"/communities/{community.slug}/").status_code == 404
        client.post(reverse("communities:membership_undo", args=[Membership.objects.get(person=person).pk]))
        assert client.get(f"/communities/{community.slug}/about/").status_code == 200

    def test_undo_of_another_does_not_exist(self, client_of):
        row = MembershipFactory()
        assert client_of(UserFactory()).post(f"/memberships/{row.pk}/undo/").status_code == 404

    def test_newcomers_are_welcomed_for_some_days(self, client_of):
        community = CommunityFactory(welcome="Présentez-vous.", on_request=True)
        new = MembershipFactory(community=community, joined_at=timezone.now())
        old = MembershipFactory(community=community, joined_at=timezone.now() - timedelta(days=9))
        seen = [
            bool(client_of(row.person).page(f"/communities/{community.slug}/").select(".notice--welcome"))
            for row in (new, old)
        ]
        assert seen == [True, False]

    def test_description_is_shown_as_it_was_cleaned(self, client_of):
        community = CommunityFactory(description="<p>Des <strong>clauses</strong>.</p>")
        page = client_of(UserFactory()).page(f"/communities/{community.slug}/about/")
        assert page.select_one(".rich-text[hx-disable] strong").text == "clauses"


class TestMembers:
    def test_team_alone_sees_requests_invitations_and_bans(self, client_of):
        community = CommunityFactory()
        MembershipFactory(community=community, requested=True, person__last_name="Demandeur")
        MembershipFactory(community=community, invited=True, person__last_name="Invité")
        MembershipFactory(community=community, banned=True, person__last_name="Banni")
        address = f"/communities/{community.slug}/members/"
        seen = client_of(member_of(community)).page(address).text
        assert not any(name in seen for name in ("Demandeur", "Invité", "Banni"))
        seen = client_of(member_of(community, Role.MODERATOR)).page(address).text
        assert all(name in seen for name in ("Demandeur", "Invité", "Banni"))

    def test_finds_by_name_and_role(self, client_of):
        community = CommunityFactory()
        reader = member_of(community, Role.ANIMATOR, last_name="Dumas")
        member_of(community, last_name="Éluard")
        member_of(community, external=True, last_name="Partenaire")
        client, address = client_of(reader), f"/communities/{community.slug}/members/"

        def found(query):
            return [name.text.split()[-1] for name in client.page(address + query).select("#member-list .who__name")]

        assert found("?q=eluard") == ["Éluard"]
        assert found("?role=animator") == ["Dumas"]
        assert found("?role=external") == ["Partenaire"]
        assert len(found("?role=nonsense")) == 3
        assert client.page(address + "?role=external").select_one("#member-list .external")

    def test_animator_accepts_and_refuses(self, client_of):
        community = CommunityFactory(on_request=True)
        client = client_of(member_of(community, Role.ANIMATOR))
        one, other = (MembershipFactory(community=community, requested=True) for _number in range(2))
        address = f"/communities/{community.slug}/members/"
        client.post(f"{address}{one.person.handle}/accept/")
        client.post(f"{address}{other.person.handle}/refuse/", {"reason": ""})
        other.refresh_from_db()
        assert other.state == MembershipState.REQUESTED
        client.post(f"{address}{other.person.handle}/refuse/", {"reason": "Réservé aux juristes."})
        one.refresh_from_db()
        other.refresh_from_db()
        assert (one.state, other.state) == (MembershipState.MEMBER, MembershipState.REFUSED)

    def test_invites_by_name_handle_or_address(self, client_of):
        community = CommunityFactory()
        client = client_of(member_of(community, Role.ANIMATOR))
        people = [UserFactory(first_name="Zoé", last_name=name) for name in ("Unique", "Deux", "Trois")]
        address = f"/communities/{community.slug}/members/invite/"
        for person, typed in zip(people, ["zoe unique", f"Zoé · {people[1].handle}", people[2].email], strict=True):
            assert client.post(address, {"person": typed, "role": "member"}).status_code == 302
            assert Membership.objects.get(person=person).state == MembershipState.INVITED
        assert client.post(address, {"person": "Zoé", "role": "member"}).status_code == 422

    def test_hidden_and_absent_people_are_answered_alike(self, client_of):
        community = CommunityFactory()
        guest = UserFactory(external=True)
        MembershipFactory(community=community, person=guest, animator=True)
        UserFactory(last_name="Cachée", email="cachee@agents.example")
        client, address = client_of(guest), f"/communities/{community.slug}/members/invite/"
        errors = [
            parse(client.post(address, {"person": typed, "role": "member"}).content)
            .select_one("#invite .field__error")
            .text
            for typed in ("Cachée", "cachee@agents.example", "Inexistante", "inexistante@agents.example")
        ]
        assert len(set(errors)) == 1
        suggested = client.get("/suggestions/people/", {"person": "cachee"}).content
        assert suggested == client.get("/suggestions/people/", {"person": "inexistante"}).content

    def test_removal_can_be_undone_from_its_confirmation(self, client_of):
        community = CommunityFactory()
        person, client = member_of(community), client_of(member_of(community, Role.ANIMATOR))
        response = client.post(f"/communities/{community.slug}/members/{person.handle}/remove/", follow=True)
        assert not Membership.objects.get(person=person).is_member
        client.post(parse(response.content).select_one(".toast form")["action"])
        assert Membership.objects.get(person=person).is_member

    def test_page_offers_what_the_rights_allow(self, client_of):
        community = CommunityFactory()
        member, moderator, animator = (member_of(community, role) for role in Role)

        def offered(person, on):
            client, address = client_of(person), f"/communities/{community.slug}/members/"
            menu = client.page(address).select_one(f"details[hx-get='{address}{on.handle}/']")
            forms = client.page(f"{address}{on.handle}/", 200 if menu else 404).select("main form[action*='/members/']")
            return sorted({form["action"].rstrip("/").rpartition("/")[2] for form in forms})

        assert offered(member, moderator) == []
        assert offered(moderator, member) == ["ban", "remove"]
        assert offered(moderator, animator) == []
        assert offered(moderator, moderator) == ["role"]
        assert offered(animator, moderator) == ["ban", "remove", "role"]
        assert offered(UserFactory(community_manager=True), animator) == ["role"]

    def test_people_of_no_concern_do_not_exist_here(self, client_of):
        community, stranger = CommunityFactory(), UserFactory()
        client = client_of(member_of(community, Role.ANIMATOR))
        for verb in ("accept", "refuse", "remove", "ban", "unban", "role", "withdraw"):
            address = f"/communities/{community.slug}/members/{stranger.handle}/{verb}/"
            assert client.post(address, {"reason": "x", "role": "member"}).status_code == 404

    def test_standing_of_another_is_not_told_by_an_error(self, client_of):
        community = CommunityFactory()
        banned = MembershipFactory(community=community, banned=True).person
        client = client_of(member_of(community))
        for person in (banned, UserFactory()):
            address = f"/communities/{community.slug}/members/{person.handle}/unban/"
            assert client.post(address).status_code == 404


class TestSettings:
    def typed(self, page, **changes):
        form = page.select_one("form[action$='/settings/']")
        return (
            htmx._form_values(form)
            | {field["name"]: field["value"] for field in form.select("input[type=radio][checked]")}
            | changes
        )

    def test_saves_and_says_so(self, client_of):
        community = CommunityFactory()
        client, address = client_of(member_of(community, Role.ANIMATOR)), f"/communities/{community.slug}/settings/"
        data = self.typed(
            client.page(address), name="Achats verts", access="members", way="confidential", tags="a, b, a"
        )
        assert client.post(address, data).headers["Location"] == "/communities/achats-verts/settings/"
        community.refresh_from_db()
        assert (community.visibility, community.joining) == ("confidential", "invitation")
        assert sorted(tag.name for tag in community.tags.all()) == ["a", "b"]

    def test_second_editor_loses_nothing_and_overwrites_nothing(self, client_of):
        community = CommunityFactory(purpose="Avant.")
        one, other = (client_of(member_of(community, Role.ANIMATOR)) for _number in range(2))
        address = f"/communities/{community.slug}/settings/"
        first, second = (
            self.typed(one.page(address), purpose="Le premier."),
            self.typed(one.page(address), purpose="Le second."),
        )
        assert one.post(address, first).status_code == 302
        response = other.post(address, second)
        page = parse(response.content)
        assert response.status_code == 409
        assert "Le premier." in page.select_one(".errors").text
        assert "Le second." in page.select_one("textarea[name=purpose]").text
        community.refresh_from_db()
        assert community.purpose == "Le premier."
        assert other.post(address, self.typed(page)).status_code == 302
        community.refresh_from_db()
        assert community.purpose == "Le second."

    def test_takes_only_what_its_form_shows(self, client_of):
        community = CommunityFactory()
        before = Community.objects.values().get()
        client, address = client_of(member_of(community, Role.ANIMATOR)), f"/communities/{community.slug}/settings/"
        extra = {
            "id": "999", "slug": "pris", "stage": "archived", "visibility": "confidential", "joining": "invitation",
            "is_pilot": "on", "created_by": "1", "created_by_id": "1", "cover": "1", "search_key": "x", "unit_id": "1",
        }  # fmt: skip
        data = self.typed(client.page(address), **extra)
        client.post(address, data)
        after = Community.objects.values().get()
        assert {key for key in after if after[key] != before[key]} == {"version"}

    def test_pilot_mark_is_for_those_who_steer(self, client_of):
        community = CommunityFactory()
        client, address = client_of(UserFactory(community_manager=True)), f"/communities/{community.slug}/settings/"
        client.post(address, self.typed(client.page(address), is_pilot="on"))
        community.refresh_from_db()
        assert community.is_pilot

    def test_archiving_can_be_undone_from_its_confirmation(self, client_of):
        community = CommunityFactory()
        client = client_of(member_of(community, Role.ANIMATOR))
        response = client.post(f"/communities/{community.slug}/stage/archived/", follow=True)
        community.refresh_from_db()
        assert community.stage == Stage.ARCHIVED
        client.post(parse(response.content).select_one(".toast form")["action"])
        community.refresh_from_db()
        assert community.stage == Stage.OPEN

    def test_gives_and_withdraws_access_of_a_unit(self, client_of):
        community, unit = CommunityFactory(on_request=True), UnitFactory(name="Direction des achats")
        client = client_of(member_of(community, Role.ANIMATOR))
        reader = client_of(UserFactory(unit=unit))
        settings = f"/communities/{community.slug}/settings/"
        data = {"grant_unit": f"Direction des achats · {unit.code}", "permission": "view_community"}
        assert client.post(f"{settings}grants/", data).status_code == 302
        assert reader.get(f"/communities/{community.slug}/about/").status_code == 200
        revoke = client.page(settings).select_one("a[href$='/revoke/']")["href"]
        assert client.page(revoke).select_one("main form[method=post]")
        assert reader.get(f"/communities/{community.slug}/about/").status_code == 200
        client.post(revoke)
        assert reader.get(f"/communities/{community.slug}/about/").status_code == 403
        assert (
            client.post(f"{settings}grants/", {"grant_unit": "rien", "permission": "view_community"}).status_code == 422
        )


class TestCreating:
    DATA = {
        "name": "Sobriété numérique",
        "purpose": "Réduire.",
        "kind": "project",
        "ends_on": "2030-06-30",
        "access": "members",
        "way": "request",
    }

    @pytest.mark.parametrize("role", ["community_manager", "administrator"])
    def test_manager_creates_with_first_animators(self, client_of, settings, role):
        settings.MFA_REQUIRED_OF_ADMINISTRATORS = False
        animator = UserFactory()
        client = client_of(UserFactory(**{role: True}))
        client.page("/communities/new/direct/")
        response = client.post("/communities/new/direct/", {**self.DATA, "animator": animator.email, "nonce": "n1"})
        assert response.headers["Location"] == "/communities/sobriete-numerique/settings/"
        community = Community.objects.get()
        assert (community.joining, community.stage) == (Joining.REQUEST, Stage.PREPARATION)
        assert community.memberships.get().person == animator
        again = client.post("/communities/new/direct/", {**self.DATA, "animator": animator.email, "nonce": "n1"})
        assert again.headers["Location"] == response.headers["Location"]
        assert Community.objects.count() == 1

    def test_agent_is_told_whom_to_ask(self, client_of):
        assert client_of(UserFactory()).get("/communities/new/direct/").status_code == 403

    def test_errors_come_back_with_what_was_typed(self, client_of):
        response = client_of(UserFactory(community_manager=True)).post(
            "/communities/new/direct/", {**self.DATA, "animator": "?"}
        )
        page = parse(response.content)
        assert response.status_code == 422
        assert page.select_one("input[name=name]")["value"] == "Sobriété numérique"
        assert page.select(".errors")

    def test_takes_only_what_its_form_shows(self, client_of):
        animator = UserFactory()
        data = {
            **self.DATA, "animator": animator.handle, "stage": "open", "is_pilot": "on", "slug": "pris", "id": "77",
            "visibility": "confidential", "version": "9", "created_by": str(animator.pk), "welcome": "x",
        }  # fmt: skip
        manager = UserFactory(community_manager=True)
        client_of(manager).post("/communities/new/direct/", data)
        community = Community.objects.get()
        assert community.stage == Stage.PREPARATION
        assert community.slug == "sobriete-numerique"
        assert (community.is_pilot, community.visibility, community.version) == (False, "listed", 1)
        assert (community.created_by, community.welcome) == (manager, "")
