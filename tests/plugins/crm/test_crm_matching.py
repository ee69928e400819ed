"""The duplicate check compares what people cannot change by spelling (DOMAIN §1.1)."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.crm.matching import (
    CHINESE_FORMS,
    FREE_MAIL,
    Keys,
    compare,
    domain_key,
    email_key,
    find_matches,
    name_key,
    phone_key,
)

WORDS = st.lists(
    st.sampled_from("brenlicht norda elmara lux sol vento kalmo".split()), min_size=1, max_size=3
)
FORMS = [
    "GmbH",
    "Ltd",
    "Ltd.",
    "LLC",
    "B.V.",
    "S.A. de C.V.",
    "Pty Ltd",
    "FZE",
    "Sp. z o.o.",
    "S.L.",
    "Co., Ltd.",
]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Brenlicht Handels-GmbH", "BRENLICHT HANDELS GmbH"),
        ("Norda Lighting B.V.", "norda lighting bv"),
        ("Solmara Iluminación S.A. de C.V.", "Solmara Iluminacion SA de CV"),
        ("Kalmo Trade Co., Ltd.", "KALMO TRADE"),
        ("Vento & Sons Ltd", "Vento and Sons Limited"),
        ("宁波汐岚光电有限公司", "宁波汐岚光电"),
    ],
)
def test_spellings_of_one_company_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != ""


def test_a_name_that_is_only_a_legal_form_keeps_a_key() -> None:
    assert name_key("Group") == "group"
    assert name_key("公司") == "公司"


@settings(max_examples=50)
@given(words=WORDS, form=st.sampled_from(FORMS), shout=st.booleans())
def test_legal_form_and_case_never_matter(words: list[str], form: str, shout: bool) -> None:
    name = " ".join(words)
    written = f"{name} {form}"
    assert name_key(written.upper() if shout else written.title()) == name_key(name)


@settings(max_examples=50)
@given(text=st.text(max_size=60))
def test_a_key_is_its_own_key(text: str) -> None:
    once = name_key(text)
    assert name_key(once) == once


@settings(max_examples=50)
@given(
    name=st.text("汐岚光电照明进出口贸易", min_size=1, max_size=8),
    form=st.sampled_from(CHINESE_FORMS),
)
def test_chinese_legal_forms_go(name: str, form: str) -> None:
    assert name_key(name + form) == name_key(name)


@pytest.mark.parametrize(
    ("number", "country", "key"),
    [
        ("+49 30 901820", None, "+4930901820"),
        ("0049 30 901820", "CN", "+4930901820"),
        ("030 901820", "DE", "+4930901820"),
        ("030 901820", None, ""),
        ("call me", "DE", ""),
        ("", "DE", ""),
    ],
)
def test_phone_numbers_are_compared_in_e164(number: str, country: str | None, key: str) -> None:
    assert phone_key(number, country) == key


@settings(max_examples=50)
@given(spaces=st.lists(st.sampled_from(["", " ", "-", ".", "/"]), min_size=9, max_size=9))
def test_punctuation_in_a_number_does_not_matter(spaces: list[str]) -> None:
    written = "+49" + "".join(s + d for s, d in zip(spaces, "309018200", strict=True))
    assert phone_key(written) == "+49309018200"


@pytest.mark.parametrize(
    ("address", "site", "key"),
    [
        ("info@Brenlicht.example", None, "brenlicht.example"),
        ("info@gmail.com", None, ""),
        ("info@gmail.com", "https://www.brenlicht.example/shop?x=1", "brenlicht.example"),
        ("info@mail.example", "www.norda.example", "norda.example"),
        (None, "norda.example:8080/path", "norda.example"),
        ("nonsense", None, ""),
        (None, None, ""),
    ],
)
def test_the_domain_of_a_company(address: str | None, site: str | None, key: str) -> None:
    assert domain_key(address, site) == key


@settings(max_examples=50)
@given(
    local=st.text(string.ascii_letters + string.digits, min_size=1, max_size=20),
    domain=st.sampled_from(sorted(FREE_MAIL)),
)
def test_free_mail_never_makes_two_people_one_company(local: str, domain: str) -> None:
    assert domain_key(f"{local}@{domain}") == ""
    assert email_key(f" {local.upper()}@{domain} ") == f"{local.lower()}@{domain}"


def test_exact_and_soft_matches() -> None:
    known = Keys("a@norda.example", "norda.example", "+31201234567", "norda", "NL")
    assert compare(Keys(email="a@norda.example"), known) == ("exact", ("email",))
    assert compare(Keys(phone="+31201234567"), known) == ("exact", ("phone",))
    assert compare(Keys(domain="norda.example"), known) == ("soft", ("domain",))
    assert compare(Keys(name="norda", country="NL"), known) == ("soft", ("name",))
    assert compare(Keys(name="norda", country="DE"), known) == ("none", ())
    assert compare(Keys(name="norda"), known) == ("soft", ("name",))


def test_unknown_never_equals_unknown() -> None:
    assert compare(Keys(), Keys()) == ("none", ())


KEYS = st.builds(
    Keys,
    email=st.sampled_from(["", "a@x.example", "b@x.example"]),
    domain=st.sampled_from(["", "x.example", "y.example"]),
    phone=st.sampled_from(["", "+4930901820", "+31201234567"]),
    name=st.sampled_from(["", "norda", "elmara"]),
    country=st.sampled_from(["", "DE", "NL"]),
)


@settings(max_examples=50)
@given(new=KEYS, known=st.lists(KEYS, max_size=6))
def test_matching_is_symmetric_and_lists_exact_ones_first(new: Keys, known: list[Keys]) -> None:
    found = find_matches(new, list(enumerate(known)))
    assert all(compare(known[m.ident], new)[0] == m.strength for m in found)
    strengths = [m.strength for m in found]
    assert strengths == sorted(strengths)
    assert len(found) == sum(compare(new, k)[0] != "none" for k in known)
