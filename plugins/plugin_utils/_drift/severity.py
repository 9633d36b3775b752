# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How bad a difference between a tenant and the variables is, by kind of object and setting, and what it does to mail.

Critical is what makes mail loop, get lost, pass uninspected or go elsewhere without notice; a warning is what weakens a
protection or reaches further than agreed; info changes nothing for mail. Which of them depends on the direction: a lost
exception from the protect rule makes a loop, an added one leaves some mail uninspected. The sentences say why. Data only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

SEVERITIES = ("critical", "warning", "info")


class Severity(NamedTuple):
    """consequence: one sentence for somebody who has to act."""

    severity: str
    consequence: str


def _critical(consequence: str) -> Severity:
    return Severity("critical", consequence)


def _warning(consequence: str) -> Severity:
    return Severity("warning", consequence)


def _info(consequence: str) -> Severity:
    return Severity("info", consequence)


@dataclass(frozen=True)
class SettingSeverity:
    """The verdicts on one setting; false counts as unset.

    missing: it is unset in the tenant, or the object is not there. extra: it is set, and should be unset.
    changed: it has another value; as missing unless given. lost, gained: elements of a list that lacks some, or has some
    too many; as missing and extra unless given. wide: gained addresses are more than WIDE.
    cases: by (wanted, present) value, where the two values decide.
    """

    missing: Severity
    extra: Severity
    changed: Severity | None = None
    lost: Severity | None = None
    gained: Severity | None = None
    wide: Severity | None = None
    cases: Mapping[tuple[Any, Any], Severity] = field(default_factory=dict)


Table = Mapping[str, SettingSeverity]
WIDE = 2**16
"""Gained addresses from which a list opens to much of the internet; the gateways of large vendors stay below."""
OBJECT, ORDER, LATE, PEERS, REST = "", "order", "order: late rules", "order: ours only", "*"
"""Rows that are no settings: the object itself; rules above that should not be there; rules below that should be above; only
rules of ours above. REST is every setting, with a section in front every setting of it, that has no row of its own."""


def always(verdict: Severity) -> SettingSeverity:
    """A row without directions."""
    return SettingSeverity(verdict, verdict)


def _each(paths: Iterable[str], row: SettingSeverity) -> dict[str, SettingSeverity]:
    return dict.fromkeys(paths, row)


SAME = _info("It means the same, written in another way: mail is handled alike.")
_NOTE = always(_info("Only a note for administrators: mail is handled alike."))
_LOOK = always(_warning("Nobody has ranked this setting: look whether mail still takes its way."))
_UNINSPECTED = "Protected mail is delivered without being inspected."

# ---------------------------------------------------------------------------------------------- mail-flow rules

_EXTRA_PEOPLE = _critical("Mail, or a copy of it, goes to somebody who should not get it, without notice.")
_WITHHELD = _critical("Mail is deleted, rejected or held back instead of being delivered.")
_ACTIONS: Table = {
    **_each(
        (
            f"actions.{name}"
            for name in (
                "add_to_recipients",
                "copy_to",
                "blind_copy_to",
                "redirect_message_to",
                "add_manager_as_recipient_type",
                "generate_incident_report",
            )
        ),
        SettingSeverity(
            _warning("Somebody who should get this mail, or a copy of it, does not."), _EXTRA_PEOPLE
        ),
    ),
    **_each(
        (
            f"actions.{name}"
            for name in (
                "delete_message",
                "reject_message_reason_text",
                "reject_message_enhanced_status_code",
                "quarantine",
                "moderate_message_by_user",
                "moderate_message_by_manager",
            )
        ),
        SettingSeverity(_warning("Mail that should be held back is delivered."), _WITHHELD),
    ),
    # What only marks mail does not keep it from being inspected.
    **_each(
        (
            f"actions.{name}"
            for name in (
                "prepend_subject",
                "apply_html_disclaimer_text",
                "apply_html_disclaimer_location",
                "apply_html_disclaimer_fallback_action",
                "apply_classification",
                "generate_notification",
            )
        ),
        always(
            _warning("Mail is marked in another way than agreed, perhaps twice: before and after inspection.")
        ),
    ),
    "actions.set_audit_severity": always(_info("Only reports on the rule differ: mail is handled alike.")),
    "actions.*": SettingSeverity(
        _warning("Something that should be done to this mail is not done."),
        _critical(
            "Something is done to this mail that nobody asked for: look whether it is diverted or lost."
        ),
    ),
}
_TESTED = {("Audit", "AuditAndNotify"), ("AuditAndNotify", "Audit")}
_RESTORED = {("Audit", "Enforce"), ("AuditAndNotify", "Enforce")}

# Different conditions of a rule must all be true, so a condition that came narrows it, and one that went widens it.
_PEOPLE = SettingSeverity(
    missing=_critical(
        "The rule no longer asks who is concerned: mail of people who were never meant to be protected goes to the vendor."
    ),
    extra=_critical("Only those named are still protected: mail of everybody else passes uninspected."),
    lost=_critical("Mail of those who are missing passes uninspected."),
    gained=_warning("Mail of further people goes to the vendor, beyond what was agreed."),
)
# Not only wider: without its direction the protect rule would also send internal mail out of the organization.
_DIRECTION = SettingSeverity(
    missing=_critical("Mail of every direction, such as internal mail, goes to the vendor."),
    extra=_critical("Mail of other directions than this one passes uninspected."),
    changed=_critical(
        "The rule acts on mail of another direction: the mail that it should protect passes uninspected."
    ),
)
_UNTESTED = _warning("Mail already goes to the vendor, although the rule should only be tested.")
_HEADER = always(
    _critical(
        "The vendor cannot tell whose mail this is and how to treat it: it may pass uninspected or get lost."
    )
)

ROUTING_RULE: Table = {
    OBJECT: SettingSeverity(
        _critical(_UNINSPECTED),
        _warning("Mail that nobody asked to protect goes to the vendor and comes back from there."),
    ),
    "enabled": SettingSeverity(
        _critical(_UNINSPECTED),
        _warning("Mail already goes to the vendor, although the rule should be switched off."),
    ),
    "mode": SettingSeverity(
        _critical(_UNINSPECTED),
        _UNTESTED,
        cases={
            **dict.fromkeys(_RESTORED, _UNTESTED),
            **dict.fromkeys(_TESTED, _info("The rule is only tested either way: mail is handled alike.")),
        },
    ),
    # The vendor asks for the first place: what changes mail above acts on it before inspection and again on its return.
    **_each(
        (ORDER, "priority"),
        always(
            _critical(
                "What stands above acts first: "
                "a rule that stops processing lets mail pass uninspected, one that changes mail does so twice."
            )
        ),
    ),
    LATE: always(_critical("What should act first comes too late: mail has gone to the vendor without it.")),
    PEERS: always(_warning("Mail on which both of these rules act takes the way of the upper one.")),
    "comments": _NOTE,
    "activation_date": SettingSeverity(
        _warning("The rule acts earlier than it should: mail already goes to the vendor."),
        _critical("Until that time protected mail is delivered without being inspected."),
    ),
    "expiry_date": SettingSeverity(
        _warning("The rule acts longer than it should: mail keeps going to the vendor."),
        _critical("From that time on protected mail is delivered without being inspected."),
    ),
    **_each(
        ("rule_error_action", "sender_address_location", "recipient_address_type"),
        always(_warning("The rule may match other mail than before, so that some passes uninspected.")),
    ),
    **_each(("conditions.from_scope", "conditions.sent_to_scope"), _DIRECTION),
    **_each(
        (
            "conditions.from",
            "conditions.from_member_of",
            "conditions.sent_to",
            "conditions.sent_to_member_of",
            "conditions.recipient_domain_is",
        ),
        _PEOPLE,
    ),
    "conditions.*": SettingSeverity(
        missing=_warning("The rule acts on more mail than agreed, which goes to the vendor."),
        extra=_critical(
            "The rule acts only on mail that also meets this: all other mail passes uninspected."
        ),
        changed=_critical(
            "The rule acts on other mail: the mail that it should protect may pass uninspected."
        ),
        lost=_critical("Mail that meets what is missing passes uninspected."),
        gained=_warning("The rule acts on more mail than agreed, which goes to the vendor."),
    ),
    "exceptions.sender_ip_ranges": SettingSeverity(
        missing=_critical("Returned mail would be sent to the vendor again: mail loops."),
        extra=_warning("Mail from the added addresses passes uninspected."),
        wide=_critical(
            "So many addresses are excepted that mail from much of the internet passes uninspected."
        ),
    ),
    "exceptions.*": SettingSeverity(
        missing=_critical("Mail that should be left alone goes to the vendor: it may loop."),
        extra=_critical("Mail that meets this exception passes uninspected."),
        changed=_critical("The rule leaves other mail alone: mail may pass uninspected or loop."),
    ),
    "actions.route_message_outbound_connector": SettingSeverity(
        missing=_critical(_UNINSPECTED),
        extra=_critical("Mail goes out through a connector that nobody asked for."),
        changed=_critical("Mail takes another way than to the vendor."),
    ),
    "actions.route_message_outbound_require_tls": SettingSeverity(
        _warning("Mail may travel to the vendor unencrypted, unless its connector demands encryption."),
        _warning("Mail waits whenever the other side does not offer encryption."),
    ),
    **_each(("actions.set_header_name", "actions.set_header_value"), _HEADER),
    # On the return pass the exception makes the rule stand aside, so later rules still act once.
    "actions.stop_rule_processing": SettingSeverity(
        _critical("Later rules act on mail before it is inspected, and a second time when it comes back."),
        _warning("Later rules act on this mail only when it comes back, not before it is inspected."),
    ),
    "actions.set_scl": always(_warning("Spam filtering of this mail differs from what was agreed.")),
    **_ACTIONS,
    REST: _LOOK,
}

UNGUARDED_RULE: Table = {
    **ROUTING_RULE,
    OBJECT: SettingSeverity(
        _critical(_UNINSPECTED),
        _critical("Nothing keeps this rule from sending returned mail to the vendor again: mail loops."),
    ),
}
"""A routing rule that should not be there and excepts no addresses."""

_FILTERED = _warning("Returned mail meets the spam filter again: some of it may land in junk or quarantine.")
_UNFILTERED = _warning("Mail skips the spam filter, although nobody asked for that.")
# A rule of which nobody knows the purpose.
OTHER_RULE: Table = {
    OBJECT: SettingSeverity(
        _warning("What this rule should do to mail is not done."),
        _warning("Something is done to mail that nobody asked for."),
    ),
    "enabled": SettingSeverity(
        _warning("What this rule should do to mail is not done."),
        _warning("The rule acts on mail, although it should be switched off."),
    ),
    "comments": _NOTE,
    **_ACTIONS,
    REST: _LOOK,
}

WHITELIST_RULE: Table = {
    OBJECT: SettingSeverity(_FILTERED, _UNFILTERED),
    "enabled": SettingSeverity(_FILTERED, _UNFILTERED),
    "mode": SettingSeverity(_FILTERED, _UNFILTERED, cases=dict.fromkeys(_RESTORED, _UNFILTERED)),
    **_each(
        (ORDER, "priority"),
        always(
            _warning(
                "What stands above acts first: "
                "a rule that stops processing lets returned mail meet the spam filter again."
            )
        ),
    ),
    LATE: always(_warning("What should act first sees mail with its spam level already set.")),
    PEERS: always(_info("The order among these rules changes nothing: they act on different mail.")),
    "comments": _NOTE,
    "conditions.sender_ip_ranges": SettingSeverity(
        missing=_critical("The rule no longer asks where mail comes from: all mail skips the spam filter."),
        extra=_FILTERED,
        lost=_FILTERED,
        gained=_warning("Mail from the added addresses skips the spam filter, whoever sends it."),
        wide=_critical(
            "So many addresses were added that mail from much of the internet skips the spam filter."
        ),
    ),
    **_each(
        ("exceptions.header_matches_message_header", "exceptions.header_matches_patterns"),
        SettingSeverity(
            _warning("Mail that the vendor marked as spam skips the spam filter and lands in the inbox."),
            _FILTERED,
        ),
    ),
    # Levels from 5 are junk, so that all inspected mail would land there.
    "actions.set_scl": SettingSeverity(
        missing=_FILTERED,
        extra=_UNFILTERED,
        changed=_critical(
            "All returned mail gets this spam level: from 5 on it lands in junk or quarantine."
        ),
    ),
    "actions.route_message_outbound_connector": always(
        _critical("Returned mail is sent away again instead of being delivered: it loops or gets lost.")
    ),
    "actions.stop_rule_processing": always(_warning("Whether later rules act on returned mail differs.")),
    **_ACTIONS,
    REST: _LOOK,
}

# ---------------------------------------------------------------------------------------------- connectors

_WEAKER_TLS = {
    ("CertificateValidation", "EncryptionOnly"),
    ("DomainValidation", "EncryptionOnly"),
    ("DomainValidation", "CertificateValidation"),
}
_CONNECTOR: Table = {
    "comment": _NOTE,
    "cloud_services_mail_enabled": SettingSeverity(
        _warning("Internal headers get lost on this way."),
        _warning(
            "Internal headers are kept and trusted on this way: forged ones can let mail skip the spam filter."
        ),
    ),
    REST: always(
        _warning("Nobody has ranked this setting of a connector: look whether mail still takes its way.")
    ),
}
_REJECTED = _critical(
    "All other mail of these sender domains is rejected; with * that is all mail of the internet."
)
_UNRECOGNIZED = _critical(
    "Returned mail is not recognized: it may be rejected, or filtered as mail from a stranger."
)
INBOUND_CONNECTOR: Table = {
    OBJECT: SettingSeverity(
        _UNRECOGNIZED, _warning("Mail from its addresses is recognized, although nobody asked for that.")
    ),
    "enabled": SettingSeverity(
        _UNRECOGNIZED,
        _warning("Mail from its addresses is recognized, although the connector should be switched off."),
    ),
    "connector_type": always(
        _critical(
            "Everybody whose mail comes from the vendor's addresses could send through the organization to the world."
        )
    ),
    "sender_domains": SettingSeverity(
        _UNRECOGNIZED, _warning("The connector also acts on mail of sender domains that nobody asked for.")
    ),
    "sender_ip_addresses": SettingSeverity(
        missing=_UNRECOGNIZED,
        extra=_warning("Mail from the added addresses counts as returned by the vendor."),
        lost=_critical(
            "Returned mail from the missing addresses is not recognized: it may be rejected, or filtered as mail from a stranger."
        ),
    ),
    "require_tls": SettingSeverity(
        _critical("Mail of the vendor's addresses may come unencrypted, open to whoever listens or forges."),
        _critical("Returned mail that does not come encrypted is rejected: it gets lost."),
    ),
    **_each(
        ("restrict_domains_to_ip_addresses", "restrict_domains_to_certificate"),
        SettingSeverity(
            _warning(
                "Mail of these sender domains is accepted from everywhere, not from the connector's servers alone."
            ),
            _REJECTED,
        ),
    ),
    "associated_accepted_domains": always(
        _critical("Returned mail of other domains is not recognized: it may be rejected.")
    ),
    "tls_sender_certificate_name": always(
        _critical("Returned mail with another certificate is not recognized: it may be rejected.")
    ),
    "treat_messages_as_internal": SettingSeverity(
        _warning("Mail no longer counts as internal."),
        _critical(
            "Mail from outside counts as internal: it skips the spam filter and what rules do to outside mail."
        ),
    ),
    **_CONNECTOR,
}

_STRANDED_RETURN = _critical("Outgoing mail that comes back from the vendor is refused: it gets lost.")
# What comes in here may leave for the world in the organization's name.
RELAY_CONNECTOR: Table = {
    **INBOUND_CONNECTOR,
    **_each(
        (OBJECT, "enabled"),
        SettingSeverity(
            _STRANDED_RETURN, _critical("Its addresses can send to the world in the organization's name.")
        ),
    ),
    "connector_type": always(_STRANDED_RETURN),
    "sender_domains": SettingSeverity(
        _STRANDED_RETURN, _warning("The connector also acts on mail of sender domains that nobody asked for.")
    ),
    "sender_ip_addresses": SettingSeverity(
        missing=_STRANDED_RETURN,
        extra=_critical("The added addresses can send to the world in the organization's name."),
    ),
}

_STRANDED = _critical(
    "Mail that rules send to the vendor has no way there: it is stranded or passes uninspected."
)
_ELSEWHERE = _critical("Mail goes to other hosts than the vendor's.")
OUTBOUND_CONNECTOR: Table = {
    OBJECT: SettingSeverity(_STRANDED, _warning("A way for mail is open that nobody asked for.")),
    "enabled": SettingSeverity(
        _STRANDED, _warning("A way for mail is open, although the connector should be switched off.")
    ),
    "connector_type": always(
        _critical(
            "The vendor's servers count as somebody else's: mail may arrive without what the vendor needs, or be refused."
        )
    ),
    "is_transport_rule_scoped": SettingSeverity(
        _critical(
            "Rules cannot send mail through the connector: protected mail is stranded, and other mail may go to the vendor."
        ),
        _critical("The connector no longer carries the mail of its domains: that mail goes elsewhere."),
    ),
    "recipient_domains": SettingSeverity(
        missing=_critical("Mail to the missing domains no longer takes this way."),
        extra=_critical("All mail to these domains goes this way, whatever the rules say."),
    ),
    "use_mx_record": SettingSeverity(
        _critical("Mail goes to fixed hosts instead of the recipients' own servers."),
        _critical(
            "Mail goes to the recipients' own servers instead of the vendor: it loops or passes uninspected."
        ),
    ),
    "smart_hosts": SettingSeverity(
        missing=_ELSEWHERE,
        extra=_critical("Part of the mail goes to hosts that are not the vendor's."),
    ),
    # Any encryption is weaker than a checked certificate, but none at all can be read by everybody.
    "tls_settings": SettingSeverity(
        missing=_critical("Mail may travel unencrypted."),
        extra=_critical("Mail waits, and is returned in the end, when the other server does not meet this."),
        changed=_critical(
            "More is demanded of the other server's certificate: mail waits when it does not meet that."
        ),
        cases=dict.fromkeys(
            _WEAKER_TLS,
            _warning(
                "Less is demanded of the other server's certificate: somebody in between could pose as it."
            ),
        ),
    ),
    "tls_domain": SettingSeverity(
        _warning("Less is demanded of the other server's certificate: somebody in between could pose as it."),
        _critical(
            "Mail waits, and is returned in the end, when the other server's certificate does not name this domain."
        ),
        changed=_critical("Mail waits when the other server's certificate does not name this domain."),
    ),
    "validation_recipients": always(
        _info("Only the test of the admin center differs: mail is handled alike.")
    ),
    "test_mode": always(_critical("A connector in test mode does not carry mail as one in use does.")),
    **_CONNECTOR,
}

_NO_REPORTS = _critical("Journal reports do not reach the vendor: monitored mail passes uninspected.")
# Reports are messages of the system that no rule sees: only a connector for their domain carries them.
JOURNALING_CONNECTOR: Table = {
    **OUTBOUND_CONNECTOR,
    OBJECT: SettingSeverity(_NO_REPORTS, _warning("A way for mail is open that nobody asked for.")),
    "enabled": SettingSeverity(
        _NO_REPORTS, _warning("Journal reports take this way, although the connector should be switched off.")
    ),
    "is_transport_rule_scoped": always(
        _critical(
            "Journal reports do not take this way, since no rule sees them: monitored mail passes uninspected."
        )
    ),
    "recipient_domains": SettingSeverity(
        missing=_NO_REPORTS,
        extra=_critical("Mail to the added domains goes to the host for journal reports."),
    ),
    "smart_hosts": SettingSeverity(
        missing=_NO_REPORTS,
        extra=_critical("Part of the journal reports, with the mail in them, goes to other hosts."),
        changed=_critical("Journal reports, with the mail in them, go to other hosts."),
    ),
}

# ---------------------------------------------------------------------------------------------- journaling

JOURNAL_RULE: Table = {
    OBJECT: SettingSeverity(
        _NO_REPORTS, _warning("Copies of mail go to its address, although nobody asked for that.")
    ),
    "enabled": SettingSeverity(
        _NO_REPORTS, _warning("Copies of mail go to its address, although the rule should be switched off.")
    ),
    "journal_email_address": always(
        _critical("Copies of all journaled mail go to another address, and the vendor sees none of it.")
    ),
    "recipient": SettingSeverity(
        missing=_warning("Copies of everybody's mail go to the vendor, beyond what was agreed."),
        extra=_critical("Only this one's mail is still monitored: everybody else's passes uninspected."),
        changed=_critical(
            "Somebody else's mail is monitored: that of the one who should be passes uninspected."
        ),
    ),
    "scope": SettingSeverity(
        missing=_critical("Part of the mail is not journaled any more and passes uninspected."),
        extra=_critical("Part of the mail is not journaled any more and passes uninspected."),
        cases=dict.fromkeys(
            (("Internal", "Global"), ("External", "Global")),
            _warning("Copies of more mail than agreed go to the vendor."),
        ),
    ),
    REST: _LOOK,
}

TRANSPORT_CONFIG: Table = {
    "journaling_report_ndr_to": SettingSeverity(
        missing=_critical("Journal reports that cannot be delivered get lost without notice."),
        extra=_warning("Undeliverable journal reports, with the mail in them, go to this address."),
        changed=_critical("Undeliverable journal reports, with the mail in them, go to another address."),
    ),
    REST: always(
        _warning(
            "A setting of the whole organization differs: look whether mail is still handled as it should be."
        )
    ),
}

# The recipient of undeliverable reports is set by its address; the contact only gives it a name in the admin center.
CONTACT: Table = {
    OBJECT: always(_info("Undeliverable journal reports go by their address either way.")),
    "external_email_address": always(
        _warning(
            "What is sent to this contact, perhaps undeliverable journal reports, goes to another address."
        )
    ),
    "hidden_from_address_lists_enabled": SettingSeverity(
        _info("Users see the contact in their address lists: mail is handled alike."),
        _info("Users do not see the contact in their address lists: mail is handled alike."),
    ),
    **_each(
        ("alias", "display_name", "mail_tip", "simple_display_name"),
        always(_info("Only how the contact is shown differs: mail is handled alike.")),
    ),
    REST: always(_warning("Nobody has ranked this setting: look whether the contact still receives mail.")),
}

# ---------------------------------------------------------------------------------------------- scope and filter

# The rules name groups, and whom a rule does not match it lets pass without a word.
GROUP: Table = {
    OBJECT: SettingSeverity(
        _critical("Rules that name the group match nobody: mail of all its members passes uninspected."),
        _info("A group that no rule names does nothing to mail."),
    ),
    "members": SettingSeverity(
        missing=_critical("The group is empty: mail of everybody who should be in it passes uninspected."),
        extra=_warning("Mail of the added members goes to the vendor, beyond what was agreed."),
        lost=_critical("Mail of those who are missing passes uninspected."),
    ),
    "managed_by": SettingSeverity(
        _info("Those who are missing cannot manage the group any more: mail is handled alike."),
        _warning("The added owners can decide whose mail is protected."),
    ),
    "primary_smtp_address": always(
        _warning(
            "Rules and the vendor know the group by the wanted address: look whether its members are still protected."
        )
    ),
    **_each(
        ("member_join_restriction", "member_depart_restriction"),
        always(_warning("Who can enter or leave the protection by themselves differs.")),
    ),
    **_each(
        (
            "alias",
            "display_name",
            "description",
            "hidden_from_address_lists_enabled",
            "mail_tip",
            "simple_display_name",
        ),
        always(_info("Only how the group is shown differs: mail is handled alike.")),
    ),
    REST: always(
        _warning("Nobody has ranked this setting of a group: look whether its members are still protected.")
    ),
}

CONNECTION_FILTER: Table = {
    "ip_allow_list": SettingSeverity(
        _warning("Returned mail from the missing addresses may be blocked or filtered as spam."),
        _warning("Mail from the added addresses skips the spam filter, whoever sends it."),
    ),
    "ip_block_list": SettingSeverity(
        _warning("Mail from the missing addresses is accepted, although it should be rejected."),
        _critical("Mail from the added addresses is rejected."),
    ),
    "enable_safe_list": SettingSeverity(
        _info("Senders on Microsoft's safe list are filtered like others."),
        _warning("Senders on Microsoft's safe list skip the spam filter."),
    ),
    "admin_display_name": _NOTE,
    REST: _LOOK,
}

UNKNOWN: Table = {
    OBJECT: always(_warning("Nobody has ranked this object: look whether mail still takes its way.")),
    REST: _LOOK,
}


def row(table: Table, path: str) -> SettingSeverity:
    """The row for a setting or a part of an object: its own, that of its section, or the rest."""
    section = f"{path.partition('.')[0]}.{REST}"
    return table.get(path) or table.get(section) or table[REST]
