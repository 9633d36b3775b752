# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one exception family of the collection.

Errors are raised where they are understood and turned into a failed task in exactly one place, the runner.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False, repr=False, kw_only=True)
class O365Error(Exception):
    """Something that ends the task.

    text: one sentence; for an answer of the service, the service's own words.
    cmdlet, target, exception_type, status, request_id: what was tried, on which object, and what came back.
    hint: what the reader can do about it.
    """

    text: str = field(kw_only=False)
    cmdlet: str | None = None
    target: str | None = None
    exception_type: str | None = None
    status: int | None = None
    request_id: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        attempt = " ".join(
            part for part in (self.cmdlet, f'"{self.target}"' if self.target else None) if part
        )
        message = f"{attempt} failed: {self.text}" if attempt else self.text
        trace = f" (request id {self.request_id})" if self.request_id else ""
        return f"{message}{trace}" + (f" {self.hint}" if self.hint else "")

    def details(self) -> dict[str, Any]:
        """The parts of the error as the task result's `error` dictionary; only what is known."""
        parts = {
            "kind": type(self).__name__,
            "text": self.text,
            "cmdlet": self.cmdlet,
            "object": self.target,
            "type": self.exception_type,
            "status": self.status,
            "request_id": self.request_id,
            "hint": self.hint,
        }
        return {name: value for name, value in parts.items() if value is not None}


class ConfigurationError(O365Error):
    """Options that cannot work; raised before anything is sent."""


class AuthenticationError(O365Error):
    """The login service gave no token, or the admin API did not accept it."""


class NotPermitted(O365Error):
    """Signed in, but not allowed to do this."""


class NotFound(O365Error):
    """The object does not exist."""


class AlreadyExists(O365Error):
    """The name or address is taken."""


class InvalidValue(O365Error):
    """The service refused a value or a combination of values."""


class Dehydrated(O365Error):
    """The organization must be customized before this setting can be written."""


class Throttled(O365Error):
    """Too many requests, and waiting did not help."""


class Transient(O365Error):
    """A passing fault of the service that outlasted the retries."""


class UncertainWrite(O365Error):
    """A writing call that may or may not have been carried out: read the object again and decide."""


class NotConverged(O365Error):
    """The service accepted the change, but reading back shows something else."""


class NotApproved(O365Error):
    """What would have to be done is not what was approved."""


class ServiceError(O365Error):
    """Any other refusal of the service."""


class Unexpected(O365Error):
    """A mistake of the collection; what has been done until then is told all the same."""


CERTAINLY_REFUSED = {
    kind.__name__
    for kind in (
        ConfigurationError,
        AuthenticationError,
        NotPermitted,
        NotFound,
        AlreadyExists,
        InvalidValue,
        Dehydrated,
        NotApproved,
    )
}
"""The kinds with which the service, or the collection before it, says that nothing was done."""
