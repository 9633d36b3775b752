# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Value classes: what is equal, what is wrong, what is shown."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._resources import (
    connection_filter,
    rule_actions,
    transport_config,
)
from ansible_collections.avanan.office365.plugins.module_utils._schema import address_types as a
from ansible_collections.avanan.office365.plugins.module_utils._schema import value_type as c
from ansible_collections.avanan.office365.plugins.module_utils._schema import value_types as v
from ansible_collections.avanan.office365.plugins.module_utils._schema.resource import Change
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("value_class", "one", "other"),
    [
        (a.SENDER_DOMAINS, ["*"], ["smtp:*;1"]),
        (a.SENDER_DOMAINS, ["Contoso.example", "b.example"], ["smtp:b.example;1,smtp:contoso.example;1"]),
        (a.CONNECTOR_IPS, ["198.51.100.7/24"], ["198.51.100.0/24"]),
        (a.CONNECTOR_IPS, ["203.0.113.25/32"], ["203.0.113.25"]),
        (a.IP_RANGES, ["192.0.2.1-192.0.2.1"], ["192.0.2.1"]),
        (a.IP_RANGES, ["192.0.2.0 - 192.0.2.255"], ["192.0.2.0/24"]),
        (a.HOSTS, ["[203.0.113.9]", "MX.example."], ["203.0.113.9", "mx.example"]),
        (v.WORDS, ["Ｈello"], ["hello"]),
        (v.ATTRIBUTE_WORDS, ["City:Oslo,Rome"], ["city:rome, oslo"]),
        (v.SIZE, "10MB", "10 MB (10,485,760 bytes)"),
        (v.SIZE, "1000B", "1 KB (1,024 bytes)"),
        (v.SPAN, "24:00:00", "1.00:00:00"),
        (v.SCL, "-1", -1),
        (v.SIZE, "10MB", 10485760),
        (v.ATTRIBUTE_PATTERNS, ["City:^a,b$"], ["city:b$, ^a"]),
        (v.EXTENSIONS, [".EXE"], ["exe"]),
        (v.FLAG, False, "False"),
        (v.BOOLEAN, True, "true"),
        (c.enum_list("Sender", "Subject"), ["Sender", "Subject"], "Subject, sender"),
        (v.WORDS, ["a"], [None, "A"]),
        (a.NULLABLE_SMTP, "A@b.example", "a@B.example"),
        (v.DATE, "2030-01-01T08:00:00Z", "2030-01-01T08:00:30.0000000+00:00"),
        (v.DATE, "2030-01-01T10:00:00+02:00", "2030-01-01T08:00:00Z"),
        (v.COMMENT, "a\r\nb", "a\nb"),
        (c.enum("Enforce", "Audit"), "enforce", "Enforce"),
        (v.UNLIMITED_OR_NUMBER, "unlimited", "Unlimited"),
    ],
)
def test_same(value_class: c.ValueType, one: Any, other: Any) -> None:
    assert value_class.same(value_class.canonical(one), value_class.canonical(other))


@pytest.mark.parametrize(
    ("value_class", "one", "other"),
    [
        (a.SENDER_DOMAINS, ["smtp:a.example;5"], ["a.example"]),
        (a.CONNECTOR_IPS, ["198.51.100.0/25"], ["198.51.100.0/24"]),
        (v.PATTERNS, ["Abc"], ["abc"]),
        (v.PATTERNS, ["end "], ["end"]),
        (v.ATTRIBUTE_PATTERNS, [r"City:\s"], [r"City:\S"]),
        (v.BOOLEAN, True, "False"),
        (v.TEXT, "Subject ", "Subject"),
        (v.SIZE, "10MB", "11MB"),
    ],
)
def test_different(value_class: c.ValueType, one: Any, other: Any) -> None:
    assert not value_class.same(value_class.canonical(one), value_class.canonical(other))


@pytest.mark.parametrize(
    ("value_class", "unset"),
    [
        (a.NULLABLE_SMTP, ["<>", ""]),
        (v.COMMENT, ["", "\n"]),
        (v.WORDS, [[], [""]]),
        (v.FLAG, [False]),
        (c.enum("A", clear=None), [""]),
        (v.SCL, [""]),
    ],
)
def test_unset(value_class: c.ValueType, unset: list[Any]) -> None:
    assert [value_class.canonical(value) for value in unset] == [None] * len(unset)


@pytest.mark.parametrize(
    ("value_class", "value", "words"),
    [
        (a.CONNECTOR_IPS, ["2001:db8::1"], "IPv6"),
        (a.CONNECTOR_IPS, ["198.51.0.0/16"], "larger than /24"),
        (a.CONNECTOR_IPS, ["198.51.100.1-198.51.100.9"], "range"),
        (a.CONNECTOR_IPS, ["10.1.2.3"], "private"),
        (a.CONNECTOR_IPS, ["not an address"], "not an IPv4 address"),
        (a.IP_RANGES, ["192.0.2.9-192.0.2.1"], "ends before"),
        (a.IP_RANGES, ["x"], "not an IP address"),
        (a.SMTP, "nobody", "not an SMTP address"),
        (a.DOMAINS, ["*.example.com"], "not a domain"),
        (a.DOMAIN_PATTERNS, ["a*.example.com"], "not a domain"),
        (a.SENDER_DOMAINS, ["a.example;0"], "cost"),
        (a.HOSTS, ["gate way"], "neither a host name"),
        (a.HOSTS, ["192.168.0.1"], "private"),
        (v.SIZE, "much", "not a size"),
        (v.SPAN, "1 day", "not a time span"),
        (v.SCL, "10", "spam confidence"),
        (v.DATE, "tomorrow", "not a time"),
        (v.ATTRIBUTE_WORDS, ["Oslo"], "Attribute:word"),
        (v.PLACE, -1, "first place"),
        (v.UNLIMITED_OR_NUMBER, "few", "neither a number"),
        (v.COMMENT, "x" * 1025, "at most 1024"),
        (v.SIZE, "1.2.3MB", "not a size"),
        (v.HEADER, "X-Department: sales", "not the name of a header field"),
        (v.ATTRIBUTE_PATTERNS, ["City:"], "Attribute:word"),
        (rule_actions.REASON, "x" * 1025, "at most 1024"),
        (rule_actions.DISCLAIMER, "x" * 5001, "at most 5000"),
        (rule_actions.NOTIFICATION, "x" * 5121, "at most 5120"),
        (rule_actions.STATUS_CODE, "5.7.57", "not 5.7.1 or a code"),
        (transport_config.EXPIRATION, "11:59:00", "not from 12:00:00"),
        (transport_config.EXPIRATION, "2 days", "not a time span"),
        (transport_config.EXPIRATION_DAYS, 8, "0 to 7 days"),
        (transport_config.ENVELOPE_LIMIT, "5000", "at most 1000"),
        (a.SMTP, "a..b@example.com", "not an SMTP address"),
        (a.SMTP, "a.@example.com", "not an SMTP address"),
        (a.SMTP, "a@example.com\n", "control character"),
        (v.HEADER, "X-Department\n", "control character"),
        (v.TEXT, "a\r\nb: c", "control character"),
        (v.COMMENT, "a\x00b", "control character"),
        (v.PATTERNS, ["^a$\n"], "control character"),
        (v.PATTERNS, [" "], "empty element"),
        (v.WORDS, ["a", None], "empty element"),
        (a.SENDER_DOMAINS, ["a.example,"], "empty element"),
        (v.ATTRIBUTE_WORDS, ["City:Oslo,"], "Attribute:word"),
    ],
)
def test_wrong_values_get_one_sentence(value_class: c.ValueType, value: Any, words: str) -> None:
    problems = list(value_class.problems(value))
    assert len(problems) == 1
    assert words in problems[0]


@pytest.mark.parametrize(
    ("value_class", "value", "sent"),
    [
        (v.SPAN, "24:00:00", "1.00:00:00"),
        (v.SIZE, "10 MB (10,485,760 bytes)", "10485760B"),
        (v.SIZE, "10MB", "10MB"),
        (v.EXTENSIONS, [".exe"], ["exe"]),
        (v.PATTERNS, ["end "], ["end "]),
    ],
)
def test_what_is_sent(value_class: c.ValueType, value: Any, sent: Any) -> None:
    assert value_class.wire(value_class.canonical(value)) == sent


_ADDRESSES = st.ip_addresses(v=4).map(str)
_BLOCKS = st.tuples(_ADDRESSES, st.integers(24, 32)).map(lambda pair: f"{pair[0]}/{pair[1]}")


@given(st.lists(st.one_of(_ADDRESSES, _BLOCKS), min_size=1, max_size=8))
def test_addresses_keep_their_meaning_when_shown(items: list[str]) -> None:
    shown = a.CONNECTOR_IPS.canonical(items)
    assert a.CONNECTOR_IPS.canonical(shown) == shown
    assert a.CONNECTOR_IPS.key(shown) == a.CONNECTOR_IPS.key(items)


@given(st.lists(st.text(min_size=1, max_size=10), max_size=6))
def test_lists_are_sets(items: list[str]) -> None:
    forward, backward = v.PATTERNS.canonical(items), v.PATTERNS.canonical(items[::-1] + items)
    assert v.PATTERNS.same(forward, backward)


@pytest.mark.parametrize("value_class", [v.SIZE, v.SPAN, v.SCL, v.DATE, a.CONNECTOR_IPS])
def test_unknown_forms_of_the_service_are_only_different(value_class: c.ValueType) -> None:
    assert value_class.same("what is this", "what is this")
    assert not value_class.same("what is this", "something else")


def test_entries_of_two_long_lists_are_compared_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []

    def key(item: str) -> str:
        compared.append(item)
        return item

    entries = [f"198.51.{number // 256}.{number % 256}" for number in range(1500)]
    monkeypatch.setattr(connection_filter, "FILTER_ENTRIES", c.list_of(key=key))
    change = Change({}, {"ip_allow_list": entries, "ip_block_list": entries[:1]}, "Default")
    cautions = list(connection_filter.CONNECTION_FILTER.cautions(change, lambda noun, parameters: []))
    assert any(f"allows and blocks {entries[0]};" in text for text in cautions)
    assert len(compared) <= 4 * len(entries)
