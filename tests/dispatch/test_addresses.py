"""Which e-mail addresses every mail server takes."""

from __future__ import annotations

import pytest

from lgo_letters.dispatch.addresses import domain_of, is_address, is_domain


@pytest.mark.parametrize(
    "address",
    [
        "chief.executive@leeds.gov.uk",
        "o'neill+letters@west-berks.gov.uk",
        f"{'a' * 64}@{'b' * 63}.uk",
    ],
)
def test_a_plain_address_is_one(address: str) -> None:
    assert is_address(address)


@pytest.mark.parametrize(
    "text",
    [
        *("", "@", "a", "a@", "@b.uk", "a@b", "a@b.uk.", "a@.b.uk", "a@b..uk", "a.@b.uk"),
        *(
            ".a@b.uk",
            "a..b@c.uk",
            "a b@c.uk",
            "A B <a@b.uk>",
            "a@b.uk;c@d.uk",
            "a@b.uk, c@d.uk",
            "a@b@c.uk",
        ),
        *("a@b.uk\n", "a@b.uk\r\nBcc: c@d.uk", "a@b.uk ", " a@b.uk", '"a"@b.uk', "a(b)@c.uk"),
        *("ä@b.uk", "a@bü.uk", "a\u200b@b.uk", "a@b\u3002uk", "a@127.0.0.1", "a@[127.0.0.1]"),
        *("a@-b.uk", "a@b-.uk", "@c.uk:a@b.uk", f"{'a' * 65}@b.uk", f"a@{'b' * 64}.uk"),
        f"a@{'b.' * 126}uk",
    ],
)
def test_whatever_else_is_none(text: str) -> None:
    assert not is_address(text)


def test_a_domain_is_what_stands_behind_the_last_at() -> None:
    assert domain_of("a@Leeds.GOV.uk") == "leeds.gov.uk"
    assert is_domain("leeds.gov.uk")
    assert not any(map(is_domain, ("leeds", "@leeds.gov.uk", ".gov.uk", "leeds.gov.uk;x.uk", "")))
