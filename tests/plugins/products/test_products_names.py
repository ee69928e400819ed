"""Reference data is named in the language of the reader, wherever a link shows it."""

from __future__ import annotations

import pytest

from core.api import in_locale, save, titles
from core.testing.world import World


@pytest.mark.plugins("products")
def test_links_are_named_in_the_language_of_the_reader(both: World) -> None:
    with both.act("adm") as ctx:
        made = save(ctx, "products.category", {"code": "X1", "name_en": "Street lights",
                                               "name_zh": "路灯"}).id
        other = save(ctx, "products.category", {"code": "X2", "name_en": "Only English"}).id
        with in_locale("zh"):
            assert titles(ctx, "products.category", [made, other]) == {
                made: "路灯", other: "Only English"}
        with in_locale("en"):
            assert titles(ctx, "products.category", [made])[made] == "Street lights"
