"""The little shop of the generic pages' tests, to administer."""

from tests.core.pages.conftest import deal, item, shop_templates, world

__all__ = ["deal", "item", "shop_templates", "world"]
