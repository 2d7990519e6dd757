from __future__ import annotations

import io
import warnings
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import IO, Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from core.actions.acts import count_act
from core.errors import BusinessRuleError
from core.limits import Limit
from core.models import Image
from core.policies import policy_for

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
SIDE_MAX = 1600
# Enough for any text, too little to fill a disk or keep the processors busy.
IMAGES = Limit("core.image", 120)


def upload_image(*, actor: Any, file: IO[bytes], size: int, side: int = SIDE_MAX) -> Image:
    """Re-encodes what was sent, so that nothing of the file but its pixels is kept.

    `size` is in bytes, `side` the longest side in pixels. Raises BusinessRuleError for a file that is too large or
    no picture, and beyond `IMAGES`. The image belongs to nothing yet: `attach_images` gives it to what shows
    it.
    """
    if size > settings.IMAGE_BYTES_MAX:
        limit = settings.IMAGE_BYTES_MAX // (1024 * 1024)
        raise BusinessRuleError(_("This picture is larger than %(limit)s MB. Make it smaller.") % {"limit": limit})
    # Counted before it is read: reading is what costs, of what is no picture too.
    count_act(actor=actor, limit=IMAGES)
    content, width, height = _reencode(file, side)
    image = Image(content_type="image/webp", width=width, height=height, uploaded_by=actor)
    image.file.save("image.webp", ContentFile(content), save=False)
    image.save()
    return image


def _reencode(file: IO[bytes], side: int) -> tuple[bytes, int, int]:
    not_a_picture = BusinessRuleError(_("This file is not a picture that can be shown. Send a JPEG, PNG, WebP or GIF."))
    try:
        with warnings.catch_warnings():
            # A small file that unfolds to billions of pixels is refused from its header, before a pixel is read.
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            with Pillow.open(file, formats=FORMATS) as opened:
                if opened.width * opened.height > settings.IMAGE_PIXELS_MAX:
                    raise BusinessRuleError(_("This picture has too many pixels. Make it smaller."))
                picture = ImageOps.exif_transpose(opened)
                picture.thumbnail((side, side))
                has_alpha = "A" in picture.getbands() or "transparency" in picture.info
                picture = picture.convert("RGBA" if has_alpha else "RGB")
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning):
        raise BusinessRuleError(_("This picture has too many pixels. Make it smaller.")) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise not_a_picture from None
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=82, method=4)
    return out.getvalue(), picture.width, picture.height


def attach_images(*, actor: Any, owner: Model, ids: Iterable[int]) -> None:
    """Gives the actor's own loose images to what shows them; another's image or an attached one stays where it is.

    Raises LookupError for an owner whose policy says of no images: nobody could see them.
    """
    if not policy_for(owner).has_images:
        raise LookupError(f"{type(policy_for(owner)).__name__} has no images.")
    Image.objects.filter(pk__in=list(ids), uploaded_by_id=actor.pk, owner_type=None).update(
        owner_type=ContentType.objects.get_for_model(owner), owner_id=owner.pk
    )


def hand_over_images(*, old: Model, new: Model) -> None:
    """Gives the images of an object to what it became: from now on they are seen by whoever reads that."""
    Image.objects.filter(owner_type=ContentType.objects.get_for_model(old), owner_id=old.pk).update(
        owner_type=ContentType.objects.get_for_model(new), owner_id=new.pk
    )


def remove_images_of(*, owner: Model) -> None:
    """Removes the images of what is gone for good, files included once the transaction is through."""
    owned = Image.objects.filter(owner_type=ContentType.objects.get_for_model(owner), owner_id=owner.pk)
    _remove(list(owned))


def purge_images() -> None:
    """Removes images that were sent and never shown anywhere."""
    _remove(list(Image.objects.filter(owner_type=None, created_at__lt=timezone.now() - timedelta(days=7))))


def _remove(images: list[Image]) -> None:
    with transaction.atomic():
        Image.objects.filter(pk__in=[image.pk for image in images]).delete()
        for image in images:
            transaction.on_commit(partial(image.file.storage.delete, image.file.name))
