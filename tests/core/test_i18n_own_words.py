"""The same English word may have another Chinese in another plugin's trade."""

from core.i18n import Message, add_translations, in_locale, translate
from plugins.mes.records import WorkOrder


def _catalog(folder, text):
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo

    target = folder / "translations" / "zh" / "LC_MESSAGES"
    target.mkdir(parents=True)
    catalog = Catalog(locale="zh")
    catalog.add("Own word of a test", text)
    with (target / "messages.mo").open("wb") as file:
        write_mo(file, catalog)
    add_translations(folder / "translations")


def test_a_message_is_translated_by_its_own_plugin_first(tmp_path):
    _catalog(tmp_path / "alpha_test", "甲")
    _catalog(tmp_path / "beta_test", "乙")
    with in_locale("zh"):
        assert str(Message("Own word of a test", home="beta_test")) == "乙"
        assert str(Message("Own word of a test", home="alpha_test")) == "甲"
        assert translate("Own word of a test") == "甲"
    with in_locale("en"):
        assert str(Message("Own word of a test", home="beta_test")) == "Own word of a test"


def test_a_message_knows_the_plugin_that_wrote_it():
    assert WorkOrder.label.home == "mes"
