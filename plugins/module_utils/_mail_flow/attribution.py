# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which inbound connector a message enters through, and whether it may enter (section 2)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .._mail_flow_objects.directory import Directory
from .._mail_flow_objects.logic import Truth, all_of, any_of, negation
from .._mail_flow_objects.mail_user import MailUser
from .._mail_flow_objects.objects import Inbound, Objects
from .._schema.domain_names import is_below
from .message import Message, Source

DISABLED = "sending disabled"


@dataclass(frozen=True)
class Rejection:
    """Something that rejects, or may reject, a message at the door. by: which check; connector: the one that it hangs on.

    vendor_managed: without the vendor's connectors it would be otherwise (8.6).
    """

    by: str
    value: Truth
    connector: str = ""
    vendor_managed: bool = False


@dataclass(frozen=True)
class ConnectorAttribution:
    """How a message enters. relays: whether it may go to outside recipients; rejections: of the message as a whole.

    address_known: whether rules see the connecting address; hidden_by: the connector because of which they may not (2.10).
    recognized: whether something speaks for where it comes from, so that it is more than mail of the internet (7.9); connectors: that
    certainly do. direct_send: whether it is Direct Send, which the organization can reject (2.11).
    """

    authenticated: Truth
    relays: Truth
    rejections: tuple[Rejection, ...] = ()
    address_known: bool = True
    hidden_by: str = ""
    recognized: Truth = None
    connectors: tuple[str, ...] = ()
    direct_send: Truth = False

    @property
    def tells_domain(self) -> bool:
        """Whether what is said of it names the sender's domain."""
        return self.direct_send is not False or any(item.by == DISABLED for item in self.rejections)


def attribute(
    objects: Objects, directory: Directory, message: Message, source: Source
) -> ConnectorAttribution:
    """How a message enters (2.1)."""
    disabled = _sending_disabled(directory, message, source)
    if source.kind == "submitted":
        return ConnectorAttribution(authenticated=True, relays=True, rejections=disabled)
    if source.kind == "internal":
        return ConnectorAttribution(authenticated=None, relays=True, rejections=disabled)
    on_premises = [(item, _on_premises(item, directory, message, source)) for item in objects.inbound]
    matching = [(item, value) for item, value in on_premises if value is not False]
    attributed = any_of(value for _item, value in matching)
    naming = [(item, _names(item, directory, message, source)) for item in objects.inbound]
    hidden = _hiding(objects, directory, source)
    direct_send = _direct_send(objects, directory, message, source)
    refused = Rejection("direct send", all_of((objects.rejects_direct_send, direct_send)))
    rejections = [*_rejections(objects, directory, message, source, attributed), refused, *disabled]
    return ConnectorAttribution(
        authenticated=_authenticated([item for item, _value in matching], attributed, directory, message),
        relays=attributed,
        rejections=_certain_first(rejections),
        address_known=not hidden,
        hidden_by=hidden,
        recognized=any_of((*(value for _item, value in naming), objects.allowed.contains(source.address))),
        connectors=tuple(item.name for item, value in (matching if attributed else naming) if value is True),
        direct_send=direct_send,
    )


def disabled_recipient(directory: Directory, user: MailUser, source: Source) -> Truth:
    """Whether mail to the domain of a recipient is switched off (2.12); for what comes by SMTP it is not known."""
    disabled = directory.is_disabled(user, "sending_to")
    return disabled and (None if source.kind == "smtp" else True)


def rejects_recipient(directory: Directory, user: MailUser, relays: Truth) -> Truth:
    """Whether a recipient is rejected (2.8); only for SMTP."""
    stranger = negation(relays)
    if user.group or (user.generic and user.is_mailbox):
        return False if user.is_mailbox else all_of((None, stranger))
    accepted = directory.accepted(user.domain)
    outside = all_of((negation(accepted), stranger))
    if accepted is False or user.kind != "missing":
        return outside
    treatment = directory.treatment(user.domain)
    authoritative = treatment == "authoritative" if treatment in _TREATMENTS else None
    return any_of((outside, all_of((authoritative, stranger))))


_TREATMENTS = ("authoritative", "internalrelay", "externalrelay")


# -------------------------------------------------------------------------------------------------- what fits (2.2)


def fits_address(connector: Inbound, source: Source) -> Truth:
    """Whether the connecting address is one of the connector's."""
    return connector.addresses.contains(source.address)


def fits_certificate(connector: Inbound, directory: Directory, source: Source) -> Truth:
    """Whether the server's certificate is the one that the connector asks for."""
    wanted = connector.certificate
    if not wanted:
        return False
    if "=" in wanted:
        return None
    plain = wanted.removeprefix("*.")
    if source.certificates.names is None:
        # The vendor's certificate has its own names or the tenant's (V1).
        possible = connector.vendor_certificate or directory.owns(plain) is not False
        return None if possible or not source.certificates.of_vendor else False
    return any_of(_name_fits(name, wanted) for name in source.certificates.names)


def _name_fits(name: str, wanted: str) -> Truth:
    if name == wanted or (wanted.startswith("*.") and is_below(name.removeprefix("*."), wanted[2:])):
        return True
    # Some name below a domain may be this one.
    return None if name.startswith("*.") and is_below(wanted.removeprefix("*."), name[2:]) else False


def fits_domain(connector: Inbound, sender: MailUser | None) -> Truth:
    """Whether the domain of the envelope sender is one of the connector's."""
    if connector.for_everyone:
        return True
    if sender is None or not connector.domains:
        return False
    if sender.group:
        return None
    return any(
        sender.domain == item or (item.startswith("*.") and sender.domain.endswith(item[1:]))
        for item in connector.domains
    )


# ------------------------------------------------------------------------------------------------ OnPremises (2.3)


def _on_premises(connector: Inbound, directory: Directory, message: Message, source: Source) -> Truth:
    """Whether an OnPremises connector takes the message as one of the organization's."""
    if connector.enabled is False or connector.on_premises is False:
        return False
    own = _sender_accepted(directory, message.sender)
    by_address = fits_address(connector, source)
    if not connector.certificate:
        value = all_of((by_address, own))
    else:
        fits = fits_certificate(connector, directory, source)
        plain = connector.certificate.removeprefix("*.")
        rights = any_of((None if "=" in plain else directory.accepted(plain), own))
        value = fits and (True if rights else None)
        if value is False and by_address is not False:
            value = None
    if value and connector.associated and not _associated(connector, message.sender):
        value = None
    return all_of((value, connector.enabled, connector.on_premises))


def _associated(connector: Inbound, sender: MailUser | None) -> bool:
    return sender is not None and sender.domain in connector.associated


def _sender_accepted(directory: Directory, sender: MailUser | None) -> Truth:
    if sender is None:
        return False
    if sender.group:
        # A symbolic member is a mailbox, and writes from one of the domains.
        return True if sender.is_mailbox else None
    return directory.accepted(sender.domain)


def _authenticated(
    matching: list[Inbound], attributed: Truth, directory: Directory, message: Message
) -> Truth:
    """2.4 and 2.9."""
    if attributed is False:
        return False
    internal = all(item.as_internal is True for item in matching)
    return True if attributed and internal and _sender_accepted(directory, message.sender) else None


# ----------------------------------------------------------------------------------------- what rejects (2.5 to 2.7)


def _rejections(
    objects: Objects, directory: Directory, message: Message, source: Source, attributed: Truth
) -> list[Rejection]:
    partners = [
        item for item in objects.inbound if item.enabled is not False and item.on_premises is not True
    ]
    found = [Rejection("block list", _blocked(objects, source))]
    lock_down = _lock_down(partners, directory, message, source)
    without = _lock_down([item for item in partners if not item.vendor_managed], directory, message, source)
    if without.value is False or (without.value is None and lock_down.value is True):
        lock_down = replace(
            lock_down, vendor_managed=True, connector=_vendors_name(partners, lock_down.connector)
        )
    if attributed is not False and lock_down.value is not False:
        # Whether a lock-down counts for what OnPremises takes is not documented (2.4).
        lock_down = replace(lock_down, value=None)
    return [*found, lock_down]


def _certain_first(found: list[Rejection]) -> tuple[Rejection, ...]:
    """What certainly rejects is told first: whether something else does it, too, then makes no difference."""
    rejecting = (item for item in found if item.value is not False)
    return tuple(sorted(rejecting, key=lambda item: item.value is not True))


def _vendors_name(partners: list[Inbound], otherwise: str) -> str:
    return next(
        (item.name for item in partners if item.vendor_managed and item.restricts is not False), otherwise
    )


def _blocked(objects: Objects, source: Source) -> Truth:
    blocked, allowed = objects.blocked.contains(source.address), objects.allowed.contains(source.address)
    return None if blocked and allowed is not False else blocked


def _lock_down(partners: list[Inbound], directory: Directory, message: Message, source: Source) -> Rejection:
    """2.5: all of them fit, none does, or some."""
    found = []
    for item in partners:
        concerns = all_of(
            (item.enabled, negation(item.on_premises), fits_domain(item, message.sender), item.restricts)
        )
        if concerns is not False:
            found.append((item, concerns, _fits_restriction(item, directory, source)))
    missed = [item.name for item, _concerns, fits in found if fits is not True]
    if not missed:
        return Rejection("lock-down", False)
    none_fits = all(fits is False for _item, _concerns, fits in found)
    certain = any(concerns is True for _item, concerns, _fits in found)
    return Rejection("lock-down", True if none_fits and certain else None, missed[0])


def _fits_restriction(connector: Inbound, directory: Directory, source: Source) -> Truth:
    restrictions = (
        (connector.restricts_addresses, fits_address(connector, source)),
        (connector.restricts_certificate, fits_certificate(connector, directory, source)),
    )
    certain = [fits for restricts, fits in restrictions if restricts is True]
    possible = [fits for restricts, fits in restrictions if restricts is None]
    # A restriction that may not be there cannot help, only hinder.
    return all_of((*certain, *(None if fits is not True else True for fits in possible)))


# --------------------------------------------------------------------------------- senders of the organization (2.11, 2.12)


def _direct_send(objects: Objects, directory: Directory, message: Message, source: Source) -> Truth:
    """Whether a message claims to be the organization's, and no inbound connector speaks for it (2.11)."""
    own = _sender_accepted(directory, message.sender)
    if own and message.sender and not (message.sender.group or message.sender.domain in directory.domains):
        # Whether a domain counts that is accepted only as being below another one is not known.
        own = None
    exempt = any_of(_exempts(item, directory, message, source) for item in objects.inbound)
    return all_of((own, negation(exempt)))


def _exempts(connector: Inbound, directory: Directory, message: Message, source: Source) -> Truth:
    """Whether a connector makes a message more than Direct Send: OnPremises ones that fit, Partner ones that restrict to what fits."""
    address, certificate = fits_address(connector, source), fits_certificate(connector, directory, source)
    on_premises = all_of((connector.on_premises, any_of((address, certificate))))
    # What fits without being restricted to, or fits a sender of whom the connector does not speak, is a contradiction in the sources.
    spoken_of = True if fits_domain(connector, message.sender) else None
    restricted = any_of(
        fits and (restricts or None)
        for fits, restricts in (
            (address, connector.restricts_addresses),
            (certificate, connector.restricts_certificate),
        )
    )
    partner = all_of((negation(connector.on_premises), restricted and spoken_of))
    return all_of((connector.enabled, any_of((on_premises, partner))))


def _sending_disabled(directory: Directory, message: Message, source: Source) -> tuple[Rejection, ...]:
    """2.12: whether the sender's domain may send; whether that is asked of what comes by SMTP is not known."""
    disabled = False if message.sender is None else directory.is_disabled(message.sender, "sending_from")
    if disabled is False:
        return ()
    return (Rejection(DISABLED, disabled and (None if source.kind == "smtp" else True)),)


# ---------------------------------------------------------------------------------------- what rules see (2.10)


def _hiding(objects: Objects, directory: Directory, source: Source) -> str:
    """The connector because of which the rules may see another address than the connecting one; "" for none."""
    for item in objects.inbound:
        fits = any_of((fits_address(item, source), fits_certificate(item, directory, source)))
        skips = any_of((item.skips_last, item.skipped.contains(source.address)))
        if all_of((item.enabled, fits, skips)) is not False:
            return item.name
    return ""


def _names(connector: Inbound, directory: Directory, message: Message, source: Source) -> Truth:
    """Whether a connector is enabled and names the address or certificate, and the sender where that limits it (7.9)."""
    fits = (fits_address(connector, source), fits_certificate(connector, directory, source))
    concerned = any_of((connector.on_premises, fits_domain(connector, message.sender)))
    return all_of((connector.enabled, any_of(fits), concerned))
