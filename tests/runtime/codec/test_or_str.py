"""Strings that become values of another type, if that writes them the same."""

from __future__ import annotations

import json
import warnings
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import pydantic
import pytest
from decoding import decoded
from hypothesis import given, strategies as st
from package._runtime import OrStr, ResponseValidationWarning
from package._runtime.codec.decode import decode
from package._runtime.codec.json_bodies import encode_json
from package._runtime.codec.model import BaseModel

V4, V6 = IPv4Address("192.0.2.1"), IPv6Address("2001:db8::1")


class Host(BaseModel):
    v4: OrStr[IPv4Address]
    v6: OrStr[IPv6Address] | None = None
    many: list[OrStr[IPv4Address] | OrStr[IPv6Address]] | None = None
    by_name: dict[str, OrStr[IPv6Address]] | None = None


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (OrStr[IPv4Address], "192.0.2.1", V4),
        (OrStr[IPv4Address], "192.0.02.1", "192.0.02.1"),
        (OrStr[IPv4Address], "3221225985", "3221225985"),
        (OrStr[IPv4Address], " 192.0.2.1", " 192.0.2.1"),
        (OrStr[IPv4Address], "192.0.2.1/32", "192.0.2.1/32"),
        (OrStr[IPv4Address], "", ""),
        (OrStr[IPv6Address], "2001:db8::1", V6),
        (OrStr[IPv6Address], "2001:DB8::1", "2001:DB8::1"),
        (OrStr[IPv6Address], "::0001", "::0001"),
        (OrStr[IPv6Address], "fe80::1%eth0", IPv6Address("fe80::1%eth0")),
        (OrStr[IPv6Address], "fe80::1%", "fe80::1%"),
        (OrStr[IPv4Address] | OrStr[IPv6Address], "2001:db8::1", V6),
        (OrStr[IPv4Address] | OrStr[IPv6Address], "192.0.2.1", V4),
        (OrStr[IPv4Address] | OrStr[IPv6Address], "host", "host"),
        (str | OrStr[IPv4Address], "192.0.2.1", V4),
        (OrStr[IPv4Address] | str, "host", "host"),
        (datetime | OrStr[IPv4Address], "192.0.2.1", V4),
        (
            OrStr[IPv4Address] | datetime,
            "2024-01-01T00:00:00Z",
            datetime(2024, 1, 1, tzinfo=UTC),
        ),
        (
            datetime | OrStr[IPv4Address],
            "2024-01-01T00:00:00Z",
            datetime(2024, 1, 1, tzinfo=UTC),
        ),
    ],
)
def test_a_string_is_read_where_it_is_written_the_same(
    kind: Any, text: str, value: object
) -> None:
    """It is never an error, not even for who is strict, and is no warning."""
    content = json.dumps(text).encode()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for strict in (False, True):
            found = decode(kind, content, what="x", strict=strict)
            assert found == value
            assert type(found) is type(value)


@pytest.mark.parametrize("value", [1, 1.5, True, None, [1], {"a": 1}])
def test_what_is_no_string_is_no_address(value: object) -> None:
    """Though Python makes one of a number; it goes back as it came."""
    data = {"v4": value, "many": ["192.0.2.1", value]}
    host = decoded(Host, data)

    assert host.v4 == value
    assert type(host.v4) is type(value)
    assert host.to_dict() == data
    assert json.loads(host.to_json()) == data
    with pytest.raises(pydantic.ValidationError):
        Host.model_validate({"v4": value})
    with pytest.raises(pydantic.ValidationError):
        Host.model_validate_json(json.dumps({"v4": value}))


def test_a_warning_says_what_is_expected() -> None:
    """By the name of a type that people know."""
    with pytest.warns(ResponseValidationWarning, match=r"valid string.* at \$\.v4"):
        decode(Host, b'{"v4": 7}', what="x", strict=False)


def test_a_model_takes_both() -> None:
    """An address, and text, which is one then."""
    host = Host(v4="192.0.2.1", v6=V6, many=["::1", "host", V4])

    assert (host.v4, host.v6) == (V4, V6)
    assert host.many == [IPv6Address("::1"), "host", V4]
    assert Host.model_json_schema()["properties"]["v4"]["type"] == "string"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert encode_json(host) == (
            b'{"v4":"192.0.2.1","v6":"2001:db8::1","many":["::1","host","192.0.2.1"]}'
        )
        assert host.model_dump_json(exclude_unset=True) == encode_json(host).decode()


TEXTS = (
    st.text()
    | st.from_regex(r"[0-9.]{1,15}", fullmatch=True)
    | st.from_regex(r"[0-9a-fA-F:.%]{1,39}", fullmatch=True)
    | st.ip_addresses().map(str)
    | st.ip_addresses(v=6).map(lambda each: each.exploded)
)


@given(TEXTS, st.lists(TEXTS), st.dictionaries(st.text(), TEXTS))
def test_what_comes_goes_back_as_it_came(
    text: str, many: list[str], by_name: dict[str, str]
) -> None:
    """Whatever it is."""
    data = {"v4": text, "v6": text, "many": many, "by_name": by_name}
    host = decoded(Host, data)

    assert isinstance(host.v4, IPv4Address | str)
    assert isinstance(host.v6, IPv6Address | str)
    assert host.to_dict() == data
    assert json.loads(host.to_json()) == data
    assert json.loads(encode_json(host)) == data
