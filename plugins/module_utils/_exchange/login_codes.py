# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Codes of the login service and what the reader can do (Microsoft identity platform error reference). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

NOT_REPLICATED = 700027
_SECRET = "Make a new client secret and use its value, not its id."
_TENANT = "Check tenant_id: the tenant's GUID or a verified domain."
_APPLICATION = (
    "The application is not known in this tenant: check client_id and tenant_id, and grant consent."
)
_CONSENT = "An administrator must grant the application Exchange.ManageAsApp in this tenant."
_ASSERTION = "Check subject, issuer and audience of the federated credential (api://AzureADTokenExchange)."
_EXCHANGE = "The tenant has no service principal of Exchange Online; it needs an Exchange Online licence."
_SCOPE = "The scope was refused; check endpoint and cloud."
_POLICY = "A conditional access policy blocks the application's sign-in."
_FACTORS = (
    "A conditional access policy asks for multi-factor authentication, which an application cannot give."
)
_LOCKED = "Too many sign-ins failed or the address is blocked: correct the credential, wait, and look at the sign-in log."
_DISABLED = (
    "The application or its service principal is switched off: an administrator must enable it in Entra ID."
)
_CLOCK = "Check the clock and the time zone of the machine that runs Ansible."
_PASSING = "The login service is temporarily unavailable; run again later."

_HINTS: dict[int, str] = {
    **dict.fromkeys((700016, 70001), _APPLICATION),
    7000215: f"The client secret is wrong. {_SECRET}",
    7000222: f"The client secret has expired. {_SECRET}",
    NOT_REPLICATED: "The certificate is not registered with the application, or not yet known everywhere: upload its public "
    "part to the app registration, or wait a few minutes.",
    50012: "The certificate or assertion was not accepted: check that it belongs to this application.",
    **dict.fromkeys((700021, 700023, 700211, 700212, 700213), _ASSERTION),
    **dict.fromkeys((700024, 50013, 500133), f"The assertion is not valid at this time. {_CLOCK}"),
    7000218: "Neither a secret nor an assertion reached the login service.",
    700025: "The application is registered as a public client; a secret or certificate is for confidential ones.",
    **dict.fromkeys((7000112, 7000111, 500014), _DISABLED),
    **dict.fromkeys((90002, 900023, 5000224, 50059, 90019), _TENANT),
    **dict.fromkeys((65001, 650051, 90094, 7000229), _CONSENT),
    50105: "The application must be assigned to its service principal: look at the assignment requirement in Entra ID.",
    **dict.fromkeys((650052, 500011, 650057), _EXCHANGE),
    **dict.fromkeys((70011, 1002012, 500012), _SCOPE),
    **dict.fromkeys((53000, 53001, 53002, 53003, 530003, 530035), _POLICY),
    **dict.fromkeys((50076, 50079), _FACTORS),
    **dict.fromkeys((50053, 50196), _LOCKED),
    **dict.fromkeys((90033, 90006, 90024, 90055, 90056), _PASSING),
}
_PASSING_CODES = frozenset(code for code, hint in _HINTS.items() if hint is _PASSING)
_PASSING_STATUS = (408, 429)


def codes(answer: Mapping[str, Any]) -> list[int]:
    """The codes in an error of the login service, in whatever form it lists them."""
    listed = answer.get("error_codes")
    texts = [str(item) for item in listed] if isinstance(listed, list) else []
    found = re.findall(r"AADSTS(\d{4,9})", str(answer.get("error_description") or ""))
    return [int(text) for text in (*texts, *found) if re.fullmatch(r"\d{4,9}", text)]


def hint(found: Iterable[int]) -> str | None:
    """What the reader can do about the first of these codes that is known."""
    return next((_HINTS[code] for code in found if code in _HINTS), None)


def passes(status: int, answer: Mapping[str, Any]) -> bool:
    """Whether an answer tells of trouble that can be over at the next try."""
    unavailable = answer.get("error") == "temporarily_unavailable"
    return (
        status >= 500
        or status in _PASSING_STATUS
        or unavailable
        or not _PASSING_CODES.isdisjoint(codes(answer))
    )
