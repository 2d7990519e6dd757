import io
import resource
import struct
import zlib
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pillow

from core.actions import images
from core.actions.images import SIDE_MAX, attach_images, upload_image
from core.errors import BusinessRuleError
from core.models import Image
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def picture(size: tuple[int, int] = (40, 30), form: str = "PNG", **options) -> bytes:
    out = io.BytesIO()
    Pillow.new("RGB", size, "#0b5563").save(out, form, **options)
    return out.getvalue()


def huge_png(side: int) -> bytes:
    """A PNG of `side` × `side` pixels in some kilobytes, as a bomb is made."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1 + (side + 7) // 8) * side, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def upload(content: bytes, person=None) -> Image:
    return upload_image(actor=person or UserFactory(), file=io.BytesIO(content), size=len(content))


def stored(image: Image) -> bytes:
    with image.file.open("rb") as file:
        return file.read()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_is_encoded_anew(form: str) -> None:
    image = upload(picture(form=form))
    assert (image.width, image.height, image.content_type) == (40, 30, "image/webp")
    assert stored(image)[8:12] == b"WEBP"


def test_what_the_file_said_of_place_and_camera_is_gone() -> None:
    exif = Pillow.Exif()
    exif[0x010F] = "camera of Claire"
    content = stored(upload(picture(form="JPEG", exif=exif)))
    assert b"camera of Claire" not in content
    assert not Pillow.open(io.BytesIO(content)).getexif()


def test_a_large_picture_is_made_smaller() -> None:
    assert upload(picture((4000, 1000))).width == SIDE_MAX


def test_a_transparent_picture_stays_so() -> None:
    out = io.BytesIO()
    Pillow.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    assert Pillow.open(io.BytesIO(stored(upload(out.getvalue())))).mode == "RGBA"


SCRIPTS = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<html><script>alert(1)</script></html>",
    "xml": b'<?xml version="1.0"?><a/>',
    "pdf": b"%PDF-1.4",
    "cut png": picture()[:60],
    "empty": b"",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
}


@pytest.mark.parametrize("content", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_what_is_no_picture_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(BusinessRuleError):
        upload(content)
    assert not Image.objects.exists()


def test_a_bomb_is_refused_from_its_header() -> None:
    content = huge_png(30_000)
    assert len(content) < 300_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(BusinessRuleError):
        upload(content)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 100_000, f"{grown} kB"


def test_a_file_over_the_limit_is_refused_before_it_is_read(settings) -> None:
    settings.IMAGE_BYTES_MAX = 10
    with pytest.raises(BusinessRuleError):
        upload(picture())


def send(client, content: bytes = b"", name: str = "photo.png"):
    return client.post("/images/", {"file": SimpleUploadedFile(name, content or picture(), "image/png")})


def shown(client, address: str):
    response = client.get(address)
    if response.streaming:
        response.getvalue()
    return response


def test_a_loose_picture_is_seen_by_its_uploader_alone(client_of) -> None:
    person = UserFactory()
    answer = send(client_of(person)).json()
    assert shown(client_of(person), answer["url"]).status_code == 200
    assert shown(client_of(UserFactory()), answer["url"]).status_code == 404


def test_a_picture_is_served_so_that_nothing_in_it_can_run(client_of) -> None:
    client = client_of(UserFactory())
    response = shown(client, send(client).json()["url"])
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Cache-Control"].startswith("private")


def test_a_hostile_file_name_is_kept_nowhere(client_of) -> None:
    send(client_of(UserFactory()), name='"><img onerror=alert(1)>.png')
    assert "onerror" not in Image.objects.get().file.name


@pytest.mark.parametrize("content", [SCRIPTS["svg"], SCRIPTS["html"]])
def test_an_upload_that_is_no_picture_answers_in_words(client_of, content: bytes) -> None:
    response = send(client_of(UserFactory()), content)
    assert response.status_code == 422
    assert response.json()["error"]


def test_a_picture_cannot_be_taken_over_by_naming_its_number() -> None:
    owner, thief = UserFactory(), UserFactory()
    image = upload(picture(), owner)
    attach_images(actor=thief, owner=thief, ids=[image.pk])
    image.refresh_from_db()
    assert image.owner is None


def test_an_attached_picture_does_not_change_hands() -> None:
    person = UserFactory()
    image = upload(picture(), person)
    attach_images(actor=person, owner=person, ids=[image.pk])
    attach_images(actor=person, owner=UserFactory(), ids=[image.pk])
    image.refresh_from_db()
    assert image.owner == person


def test_a_person_who_sends_pictures_without_end_is_stopped_and_another_is_not(monkeypatch):
    monkeypatch.setattr(images, "IMAGES", replace(images.IMAGES, count=2))
    person = UserFactory()
    for _ in range(2):
        upload(picture(), person)
    with pytest.raises(BusinessRuleError, match="."):
        upload(picture(), person)
    assert upload(picture(), UserFactory()).pk
