"""Small pictures of products for the quotation sheet."""

from __future__ import annotations

import base64
import io

from PIL import Image, UnidentifiedImageError

from core.api import Ctx, NotFound, read_file

WIDEST = (160, 120)


def thumbnail(ctx: Ctx, file_id: int | None) -> str:
    """A picture as a `data:` address, at most 160 by 120 pixels; empty without a readable one."""
    if not file_id:
        return ""
    try:
        _row, path = read_file(ctx, file_id)
        with Image.open(path) as opened:
            picture = opened.convert("RGB")
    except (NotFound, UnidentifiedImageError):
        return ""
    picture.thumbnail(WIDEST)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()
