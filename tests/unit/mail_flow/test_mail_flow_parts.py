# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of the mail-flow model by themselves: three values, addresses, words, directory, entry, predicates, plans."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.attribution import (
    attribute,
    rejects_recipient,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.message import (
    Certificates,
    Message,
    MessageView,
    Source,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow.predicates import (
    conjuncts,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.directory import (
    Directory,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.headers import (
    Header,
    Headers,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.integration import (
    integration,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.logic import (
    Truth,
    all_of,
    any_of,
    negation,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.mail_user import MailUser
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.named_recipients import (
    named_recipients,
)
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.objects import Objects
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.planned import after
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.reading import objects
from ansible_collections.avanan.office365.plugins.module_utils._mail_flow_objects.words import (
    contains_words,
    matches_patterns,
)
from ansible_collections.avanan.office365.plugins.module_utils._schema.ip_ranges import (
    NOWHERE,
    Span,
    networks,
    pieces,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.mail_flow.mail_flow_samples import (
    INCOMING,
    INTEGRATION,
    NOW,
    OUTGOING,
    SCOPE,
    Plain,
    changed,
    full,
    group,
    inbound,
    knows,
    mailbox,
    rule,
    small,
)

VALUES = st.lists(st.sampled_from([True, False, None]))


@given(VALUES)
def test_three_values(values: list[Truth]) -> None:
    for known in (True, False):
        filled = [known if value is None else value for value in values]
        assert all_of(values) in (None, all(filled))
        assert any_of(values) in (None, any(filled))
    assert negation(all_of(values)) == any_of(negation(value) for value in values)


# ------------------------------------------------------------------------------------------------------------ networks

_BLOCKS = st.tuples(st.integers(0, 255), st.integers(26, 32)).map(
    lambda pair: str(ipaddress.ip_network((f"192.0.2.{pair[0]}", pair[1]), strict=False))
)


@given(st.lists(_BLOCKS, min_size=1, max_size=4), st.lists(st.lists(_BLOCKS, max_size=3), max_size=4))
def test_pieces_lie_wholly_in_or_out(whole: list[str], borders: list[list[str]]) -> None:
    sets = [networks(items) for items in borders]
    parts = pieces(networks(whole), sets)
    assert parts
    for part in parts:
        assert all(item.contains(part) is not None for item in sets)
    # Nothing is left out: each address has a piece inside the same sets.
    for block in whole:
        for address in ipaddress.ip_network(block):
            number = int(address)
            one = Span(4, number, number, "")
            assert [item.contains(one) for item in sets] in [
                [item.contains(part) for item in sets] for part in parts
            ]


def test_addresses_that_are_not_known() -> None:
    some = networks(["192.0.2.0/24", "198.51.100.1-198.51.100.9"])
    assert some.contains(None) is None
    assert networks([]).contains(None) is False
    assert some.contains(NOWHERE) is False
    assert networks(["nonsense"]).contains(NOWHERE) is None
    assert (
        some.contains(
            Span(4, int(ipaddress.ip_address("198.51.100.9")), int(ipaddress.ip_address("198.51.100.9")), "")
        )
        is True
    )


# --------------------------------------------------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        (["boss"], "boss@contoso.example", True),
        (["BOSS"], "the.boss@contoso.example", True),
        (["boss"], "bossy@contoso.example", None),
        (["boss"], "bossy.boss@contoso.example", True),
        (["chief", "user"], "boss@contoso.example", False),
        ([], "boss", False),
    ],
)
def test_words(words: list[str], text: str, found: Truth) -> None:
    assert contains_words(words, text) is found


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"^true$", "TRUE", True),
        (r"user\d+@contoso\.example$", "user12@contoso.example", True),
        (r"(sales|finance)-", "finance-team", True),
        (r"[^a-z.]", "ab.c", False),
        (r"a{2,3}b", "aab", True),
        (r"(a+)+b", "aab", None),
        (r"(?i)x", "x", None),
        (r"a+?", "a", None),
        (r"\p{L}", "a", None),
        (r"(a", "a", None),
        (r"a)", "a", None),
        (r"[a-z&&[b]]", "a", None),
        (r"a*a*a*a*a*b", "a", None),
        (r"a\1", "a", None),
        (r"*a", "a", None),
        (r"a{x}", "a", None),
    ],
)
def test_patterns(pattern: str, text: str, found: Truth) -> None:
    assert matches_patterns([pattern], text) is found


# ----------------------------------------------------------------------------------------------------------- directory


def _directory(*records: Plain, **more: Any) -> Directory:
    return Directory({**changed(knows(*records), base=small), **more})


def test_domains() -> None:
    rows = [
        {
            "domain_name": "contoso.example",
            "domain_type": "Authoritative",
            "default": True,
            "match_subdomains": True,
        },
        {"domain_name": "fabrikam.example", "domain_type": "InternalRelay"},
        {"domain_name": "plain.example", "domain_type": "Authoritative", "match_subdomains": False},
    ]
    directory = _directory(accepted_domains=rows)
    assert directory.accepted("sub.contoso.example") is True
    assert directory.accepted("SUB.fabrikam.example") is None
    assert directory.accepted("sub.plain.example") is False
    assert directory.accepted("notcontoso.example") is False
    assert directory.treatment("fabrikam.example") == "internalrelay"
    assert Directory({}).accepted("contoso.example") is None


def test_members() -> None:
    inner, outer, hidden = (f"{name}@contoso.example" for name in ("inner", "outer", "hidden"))
    directory = _directory(
        group(inner, ["user01@contoso.example", "stranger@contoso.example"]),
        group(outer, [inner, "user02@contoso.example"]),
        group(hidden, None),
    )

    def member(who: str, of: str) -> Truth:
        return directory.group(of).has(directory.user(who))

    assert member("user01@contoso.example", inner) is True
    assert member("USER01@fabrikam.example", inner) is True
    assert member("user01@contoso.example", outer) is None
    assert member("user03@contoso.example", outer) is False
    assert member("user01@contoso.example", hidden) is None
    assert member("stranger@contoso.example", inner) is True
    assert directory.user("stranger@contoso.example").is_mailbox
    assert member("nobody@contoso.example", inner) is None
    assert directory.group(hidden).has(directory.symbolic_member(hidden)) is True
    assert directory.group(inner).has(directory.symbolic_member(hidden)) is None
    assert directory.group(inner).has(directory.generic_mailbox("contoso.example")) is False


# --------------------------------------------------------------------------------------------------------------- entry

_OURS, _THEIRS = "user01@contoso.example", "somebody@elsewhere.example"


def _objects(*connectors: Plain, **more: Any) -> tuple[Objects, Directory]:
    tenant = {**small(), "inbound_connectors": list(connectors), **more}
    return objects(tenant, integration(INTEGRATION), NOW), Directory(tenant)


def _attribution(
    *connectors: Plain,
    sender: str | None = _THEIRS,
    address: str | None = "198.51.100.7",
    certificate: Certificates | None = None,
    **more: Any,
) -> Any:
    found, directory = _objects(*connectors, **more)
    author = directory.user(sender or _THEIRS)
    span = networks([address]).spans[0] if address else None
    source = Source("smtp", span, certificate or Certificates(frozenset({"mail.elsewhere.example"})))
    return attribute(found, directory, Message(author if sender else None, author), source)


_PREMISES: Plain = {"connector_type": "OnPremises", "sender_ip_addresses": ["198.51.100.7"]}
_BY_NAME: Plain = {"connector_type": "OnPremises", "tls_sender_certificate_name": "mail.elsewhere.example"}


@pytest.mark.parametrize(
    ("settings", "options", "relays", "authenticated"),
    [
        (_PREMISES, {"sender": _OURS}, True, None),
        ({**_PREMISES, "treat_messages_as_internal": True}, {"sender": _OURS}, True, True),
        (_PREMISES, {"sender": _THEIRS}, False, False),
        (_PREMISES, {"sender": None}, False, False),
        (_PREMISES, {"sender": _OURS, "address": None}, None, None),
        (_PREMISES, {"sender": _OURS, "address": "198.51.100.8"}, False, False),
        ({**_PREMISES, "enabled": False}, {"sender": _OURS}, False, False),
        ({**_PREMISES, "associated_accepted_domains": ["fabrikam.example"]}, {"sender": _OURS}, None, None),
        (_BY_NAME, {"sender": _OURS}, True, None),
        (_BY_NAME, {"sender": _THEIRS}, None, None),
        ({**_BY_NAME, "tls_sender_certificate_name": "*.elsewhere.example"}, {"sender": _OURS}, True, None),
        ({**_BY_NAME, "tls_sender_certificate_name": "mail.other.example"}, {"sender": _OURS}, False, False),
        (
            {**_BY_NAME, **_PREMISES, "tls_sender_certificate_name": "mail.other.example"},
            {"sender": _OURS},
            None,
            None,
        ),
        (_BY_NAME, {"sender": _OURS, "certificate": Certificates(of_vendor=True)}, False, False),
        (_BY_NAME, {"sender": _OURS, "certificate": Certificates()}, None, None),
    ],
)
def test_on_premises(settings: Plain, options: Plain, relays: Truth, authenticated: Truth) -> None:
    attribution = _attribution(inbound(**settings), **options)
    assert (attribution.relays, attribution.authenticated) == (relays, authenticated)


@pytest.mark.parametrize(
    ("sender", "premises", "recognized"),
    [
        (_OURS, "198.51.100.7", ("Premises",)),
        # Whatever names the address, where none of the organization's own servers has sent it.
        (_THEIRS, "198.51.100.7", ("Premises", "Partner")),
        (_OURS, "198.51.100.8", ("Partner",)),
    ],
)
def test_what_speaks_for_where_mail_comes_from(
    sender: str, premises: str, recognized: tuple[str, ...]
) -> None:
    attribution = _attribution(
        inbound("Premises", **{**_PREMISES, "sender_ip_addresses": [premises]}),
        inbound("Partner", sender_ip_addresses=["198.51.100.7"]),
        inbound("Elsewhere", sender_ip_addresses=["198.51.100.9"]),
        inbound("Perhaps", sender_ip_addresses=["198.51.100.7"], enabled=None),
        sender=sender,
    )
    assert attribution.connectors == recognized


_LOCKED: Plain = {"sender_ip_addresses": ["198.51.100.7"], "restrict_domains_to_ip_addresses": True}


@pytest.mark.parametrize(
    ("connectors", "options", "rejected"),
    [
        ((inbound(**_LOCKED),), {}, False),
        ((inbound(**_LOCKED),), {"address": "198.51.100.8"}, True),
        ((inbound(**_LOCKED),), {"address": None}, None),
        ((inbound(**_LOCKED, sender_domains=["*.elsewhere.example"]),), {"address": "198.51.100.8"}, False),
        (
            (inbound(**_LOCKED, sender_domains=["smtp:elsewhere.example;1"]),),
            {"address": "198.51.100.8"},
            True,
        ),
        (
            (inbound(**_LOCKED, sender_domains=["elsewhere.example"]),),
            {"address": "198.51.100.8", "sender": None},
            False,
        ),
        ((inbound(**{**_LOCKED, "enabled": None}),), {"address": "198.51.100.8"}, None),
        (
            (inbound(**_LOCKED), inbound(sender_ip_addresses=["198.51.100.8"])),
            {"address": "198.51.100.8"},
            True,
        ),
        (
            (inbound(**_LOCKED), inbound(**{**_LOCKED, "sender_ip_addresses": ["198.51.100.8"]})),
            {"address": "198.51.100.8"},
            None,
        ),
        (
            (inbound(**_LOCKED), inbound(connector_type="OnPremises", sender_ip_addresses=["198.51.100.8"])),
            {"address": "198.51.100.8", "sender": _OURS},
            None,
        ),
        (
            (
                inbound(
                    tls_sender_certificate_name="mail.elsewhere.example", restrict_domains_to_certificate=True
                ),
            ),
            {"certificate": Certificates(of_vendor=True)},
            True,
        ),
    ],
)
def test_lock_downs(connectors: tuple[Plain, ...], options: Plain, rejected: Truth) -> None:
    found = [item.value for item in _attribution(*connectors, **options).rejections if item.by == "lock-down"]
    assert found == ([] if rejected is False else [rejected])


def test_block_list_and_enhanced_filtering() -> None:
    policy = {"ip_block_list": ["198.51.100.0/24"], "ip_allow_list": []}
    assert [item.value for item in _attribution(connection_filter=policy).rejections] == [True]
    both = {**policy, "ip_allow_list": ["198.51.100.7"]}
    assert [item.value for item in _attribution(connection_filter=both).rejections] == [None]
    assert (
        _attribution(inbound(sender_ip_addresses=["198.51.100.7"], ef_skip_last_ip=True)).hidden_by
        == "Gateway in"
    )
    assert not _attribution(inbound(sender_ip_addresses=["198.51.100.8"], ef_skip_last_ip=True)).hidden_by
    other = inbound(sender_ip_addresses=["198.51.100.0/24"], ef_skip_ips=["198.51.100.8"])
    assert not _attribution(other).hidden_by


def test_recipients_at_the_door() -> None:
    _found, directory = _objects()
    outside, missing = directory.user(_THEIRS), replace(directory.user(_OURS), kind="missing")
    assert [rejects_recipient(directory, outside, relays) for relays in (True, False, None)] == [
        False,
        True,
        None,
    ]
    assert rejects_recipient(directory, missing, False) is True
    assert rejects_recipient(directory, directory.user(_OURS), False) is False
    # Whether a member of a group is inside is not known; who stands for the mailboxes of a domain is.
    somebody = MailUser("somebody", None, group="sales@ours.example")
    assert [rejects_recipient(directory, somebody, relays) for relays in (True, False)] == [False, None]
    everybody = directory.generic_mailbox(directory.default)
    assert rejects_recipient(directory, everybody, False) is False


# ---------------------------------------------------------------------------------------------------------- predicates


def _value(
    name: str,
    value: Any,
    *,
    sender: str = _THEIRS,
    to: str = _OURS,
    authenticated: Truth = False,
    kind: Any = "ordinary",
    address: str | None = None,
    headers: Headers | None = None,
    others: tuple[str, ...] = (),
    records: tuple[Plain, ...] = (),
    settings: Plain | None = None,
    **section: Any,
) -> Truth:
    tenant = changed(knows(*records), base=small)
    tenant["mail_flow_rules"] = [rule(conditions={name: value, **section}, **(settings or {}))]
    found = objects(tenant, integration(INTEGRATION), NOW)
    directory = Directory(tenant)
    author = _party(directory, sender)
    view = MessageView(
        Message(author, author, kind),
        authenticated,
        address is not None,
        networks([address]).spans[0] if address else None,
        headers or Headers(),
    )
    recipients = (directory.user(to), *(directory.user(other) for other in others))
    parts = conjuncts(directory, found.rules[0])
    return all_of(part.value(view, recipients[0], recipients) for part in parts)


def _party(directory: Directory, address: str) -> MailUser:
    if address == "generic":
        return MailUser("x@outside.invalid", "x@outside.invalid", kind="outside", generic=True)
    return directory.user(address)


_IN, _OUT = "InOrganization", "NotInOrganization"


@pytest.mark.parametrize(
    ("name", "value", "options", "wanted"),
    [
        ("from_scope", _OUT, {}, True),
        ("from_scope", _OUT, {"sender": _OURS}, None),
        ("from_scope", _OUT, {"sender": _OURS, "authenticated": True}, False),
        ("from_scope", _IN, {"sender": _OURS, "authenticated": True}, True),
        ("from_scope", _IN, {"sender": _OURS, "authenticated": None}, None),
        ("from_scope", _IN, {}, False),
        ("sent_to_scope", _IN, {}, True),
        ("sent_to_scope", _OUT, {"to": _THEIRS}, True),
        ("sent_to_scope", _IN, {"to": "c@lawyers.example", "records": (mailbox("c@lawyers.example"),)}, None),
        ("sender_domain_is", ["elsewhere.example"], {}, True),
        ("sender_domain_is", ["example"], {}, True),
        ("sender_domain_is", ["where.example"], {}, False),
        ("sender_ip_ranges", ["198.51.100.0/24"], {"address": "198.51.100.7"}, True),
        ("sender_ip_ranges", ["198.51.100.0/24"], {}, False),
        ("from", [_OURS], {"sender": "user01@fabrikam.example"}, True),
        ("from", ["user02@contoso.example"], {"sender": _OURS}, False),
        ("from", ["who"], {"sender": _OURS}, None),
        ("from", ["who"], {}, False),
        ("from_address_contains_words", ["elsewhere"], {}, True),
        ("from_address_contains_words", ["elsewhere"], {"sender": "generic"}, None),
        ("from_member_of", ["finance@contoso.example"], {"sender": "user02@contoso.example"}, True),
        ("from_member_of", ["finance@contoso.example"], {"sender": "generic"}, False),
        (
            "from_member_of",
            ["finance@contoso.example", "empty@contoso.example"],
            {"sender": "user02@contoso.example", "records": (group("empty@contoso.example", []),)},
            True,
        ),
        ("sender_ad_attribute_contains_words", ["City:x"], {"sender": "generic"}, False),
        ("sender_ad_attribute_contains_words", ["City:x"], {"sender": _OURS}, None),
        ("sent_to", [_OURS], {"to": "user01@fabrikam.example"}, True),
        ("sent_to", ["user02@contoso.example"], {}, False),
        ("sent_to", ["finance@contoso.example"], {}, None),
        (
            "sent_to",
            [_OURS],
            {"to": "user01@fabrikam.example", "settings": {"recipient_address_type": "Original"}},
            None,
        ),
        ("sent_to_member_of", ["finance@contoso.example"], {"to": "user05@contoso.example"}, True),
        ("recipient_domain_is", ["contoso.example"], {"to": "user01@fabrikam.example"}, True),
        (
            "recipient_domain_is",
            ["contoso.example"],
            {"to": "user01@fabrikam.example", "settings": {"recipient_address_type": "Original"}},
            False,
        ),
        ("recipient_domain_is", ["contoso.example"], {"to": "nobody@contoso.example"}, None),
        ("recipient_address_matches_patterns", [r"^user\d\d@"], {}, True),
        (
            "any_of_recipient_address_contains_words",
            ["user01"],
            {"others": ("user02@contoso.example",)},
            True,
        ),
        (
            "any_of_recipient_address_contains_words",
            ["user02"],
            {"others": ("user02@contoso.example",)},
            None,
        ),
        ("recipient_ad_attribute_contains_words", ["City:x"], {}, None),
        ("any_of_to_header", [_OURS], {}, None),
        ("between_member_of1", ["finance@contoso.example"], {}, None),
        ("message_type_matches", "OOF", {"kind": "auto-reply"}, True),
        ("message_type_matches", "Calendaring", {}, False),
        ("message_type_matches", "AutoForward", {"kind": "forward"}, None),
        ("message_type_matches", "AutoForward", {"kind": "forward-by-setting"}, False),
        ("message_type_matches", "Encrypted", {}, None),
        ("subject_contains_words", ["x"], {}, None),
        ("scl_over", 5, {}, None),
        ("a predicate of the future", ["x"], {}, None),
        ("attachment_has_executable_content", False, {}, True),
        ("subject_contains_words", [], {}, True),
    ],
)
def test_predicates(name: str, value: Any, options: Plain, wanted: Truth) -> None:
    assert _value(name, value, **options) is wanted


def test_predicates_in_pairs() -> None:
    between: Plain = {"between_member_of2": ["staff@contoso.example"]}
    records = (group("staff@contoso.example", ["user01@contoso.example"]),)
    finance = ["finance@contoso.example"]
    inside: Plain = {"sender": "user02@contoso.example", "records": records}
    assert _value("between_member_of1", finance, **between, **inside) is True
    assert _value("between_member_of1", finance, to="user03@contoso.example", **between, **inside) is False
    other: Plain = {"others": ("user03@contoso.example",)}
    assert _value("between_member_of1", finance, **between, **other, **inside) is None
    for state, wanted in (
        ("a yes", True),
        ("no", False),
        (Header.ABSENT, False),
        (Header.PRESENT, None),
        (Header.UNKNOWN, None),
    ):
        found = _value(
            "header_contains_message_header",
            "X-Mark",
            header_contains_words=["yes"],
            headers=Headers((("x-mark", state),)),
        )
        assert found is wanted


# --------------------------------------------------------------------------------------------------------------- plans


def _entry(noun: str, before: Plain | None, result: Plain | None, **more: Any) -> Plain:
    name = (result or before or {}).get("name", "")
    return {"object": {"noun": noun, "name": name}, "before": before, "after": result, **more}


def test_the_tenant_after_a_plan() -> None:
    tenant = full()
    first = tenant["mail_flow_rules"][0]
    moved = {**first, "name": "Renamed", "enabled": False}
    order = [row["name"] for row in tenant["mail_flow_rules"][1:]]
    planned = after(
        tenant,
        [
            _entry("TransportRule", first, moved, order_after=[*order, "Renamed"]),
            _entry(
                "TransportRule",
                None,
                {"name": "New", "conditions": {}},
                order_after=["New", *order, "Renamed"],
            ),
            _entry("OutboundConnector", {"name": "To partner"}, None),
            _entry("InboundConnector", None, {"name": "More", "sender_domains": ["*"]}),
            _entry("TransportConfig", {}, {"journaling_report_ndr_to": "x@y.example"}),
            _entry("HostedConnectionFilterPolicy", {}, {"ip_block_list": ["192.0.2.1"]}),
            _entry(
                "DistributionGroup",
                None,
                {"name": "g", "primary_smtp_address": "G@contoso.example", "members": [_OURS]},
            ),
            _entry("DistributionGroup", {"name": "s", "primary_smtp_address": SCOPE}, None),
            _entry("MailContact", None, {"name": "c", "external_email_address": "c@out.example"}),
        ],
    )
    assert [row["name"] for row in planned["mail_flow_rules"]] == ["New", *order, "Renamed"]
    assert planned["mail_flow_rules"][0]["mode"] == "Enforce"
    assert planned["mail_flow_rules"][-1]["enabled"] is False
    assert "To partner" not in {row["name"] for row in planned["outbound_connectors"]}
    assert planned["inbound_connectors"][-1]["restrict_domains_to_ip_addresses"] is False
    assert planned["transport_config"]["journaling_report_ndr_to"] == "x@y.example"
    assert planned["connection_filter"] == {
        "ip_allow_list": [*INCOMING, *OUTGOING],
        "ip_block_list": ["192.0.2.1"],
    }
    assert planned["recipients"]["g@contoso.example"]["members"] == [_OURS]
    assert planned["recipients"][SCOPE]["kind"] == "missing"
    assert planned["recipients"]["c@out.example"]["external"] == "c@out.example"
    assert tenant == full()


def test_whom_somebody_has_to_look_up() -> None:
    tenant = full()
    tenant["mail_flow_rules"].append(
        rule(actions={"blind_copy_to": ["archive"]}, exceptions={"from": ["boss"]})
    )
    assert named_recipients(tenant) == [SCOPE, "avanan_inline_outgoing@contoso.example", "boss", "archive"]
