"""A pasted mail gives the values of a lead."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.crm.mail import read_mail

MAIL = """From: "Petra Vogel" <petra.vogel@brenlicht.example>
To: sales@xilan.example
Subject: 9200 floodlights 50 W
Message-ID: <abc-123@brenlicht.example>
Content-Type: text/plain; charset=utf-8

Dear Sirs,
please quote 9,200 pcs LED floodlight 50 W, CIF Hamburg.

Petra Vogel
Brenlicht Handels GmbH
Tel: +49 30 901820
www.brenlicht.example
"""


def test_headers_and_signature_are_read() -> None:
    found = read_mail(MAIL)
    assert found["contact_name"] == "Petra Vogel"
    assert found["email"] == "petra.vogel@brenlicht.example"
    assert found["interest"] == "9200 floodlights 50 W"
    assert found["source_ref"] == "abc-123@brenlicht.example"
    assert found["phone"] == "+49 30 901820"
    assert found["website"] == "www.brenlicht.example"
    assert found["company_name"] == "Brenlicht Handels GmbH"
    assert "CIF Hamburg" in found["raw_text"]


def test_text_without_headers_is_kept_as_the_message() -> None:
    assert read_mail("Hello, price for panels please") == {
        "raw_text": "Hello, price for panels please"
    }


def test_html_loses_its_tags() -> None:
    raw = "From: a@norda.example\nContent-Type: text/html\n\n<p>Price for <b>panels</b></p>"
    assert "panels" in read_mail(raw)["raw_text"]
    assert "<b>" not in read_mail(raw)["raw_text"]


@settings(max_examples=50)
@given(st.text(max_size=400))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    assert all(value for value in read_mail(text).values())
