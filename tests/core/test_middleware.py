import pytest

pytestmark = pytest.mark.django_db


def test_a_body_that_lies_about_its_length_is_refused_before_it_is_read(client) -> None:
    response = client.post("/images/", {"file": "x"}, CONTENT_LENGTH=str(10 * 1024**3))
    assert response.status_code == 413


def test_a_length_that_is_no_number_is_refused(client) -> None:
    assert client.post("/images/", {"file": "x"}, CONTENT_LENGTH="-1").status_code == 413


def test_a_fragment_of_an_expired_session_leads_to_the_sign_in_page_and_back(client) -> None:
    response = client.get(
        "/drafts/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/communities/a/?x=1"}
    )
    assert response.status_code == 204
    assert response.headers["HX-Redirect"] == "/accounts/login/?next=/communities/a/%3Fx%3D1"


def test_pages_of_people_are_kept_by_no_cache(client) -> None:
    response = client.get("/accounts/login/")
    assert "no-store" in response.headers["Cache-Control"]
    assert {"HX-Request", "Cookie"} <= {name.strip() for name in response.headers["Vary"].split(",")}


def test_every_answer_carries_its_safety_headers(client) -> None:
    headers = client.get("/accounts/login/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
