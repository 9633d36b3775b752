# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One call of InvokeCommand, as it goes over the wire and as errors speak of it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from .token_cache import Token

# Routes a call to the tenant's own servers; the mailbox is the same in every tenant (Microsoft's module).
_SYSTEM_MAILBOX = "APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}"


class Call:
    """One cmdlet with its parameters; the same through all retries and pages.

    names: of objects by their GUID in lower case, so that errors name what the cmdlet is told by GUID.
    """

    def __init__(self, cmdlet: str, parameters: Mapping[str, Any], names: Mapping[str, str]) -> None:
        self.cmdlet = cmdlet
        self.verb = cmdlet.partition("-")[0]
        self.reads = self.verb == "Get"
        self.identified = bool(parameters.get("Identity"))
        target = str(parameters.get("Identity") or parameters.get("Name") or "")
        self.target = names.get(target.lower(), target)
        self.request_id = str(uuid.uuid4())
        # ASCII escapes and an explicit charset: accented text failed without (reported by others).
        self.body = json.dumps({"CmdletInput": {"CmdletName": cmdlet, "Parameters": parameters}}).encode(
            "ascii"
        )

    def headers(self, token: Token, tenant: str) -> dict[str, str]:
        """The headers of the request."""
        return {
            "Authorization": f"Bearer {token.value}",
            "Content-Type": "application/json; charset=utf-8",
            "Accept": "application/json",
            "Accept-Language": "en-US",
            "X-AnchorMailbox": f"{_SYSTEM_MAILBOX}@{tenant}",
            "X-CmdletName": self.cmdlet,
            "Prefer": "odata.maxpagesize=1000",
            "client-request-id": self.request_id,
        }

    def told(self, request_id: str = "") -> dict[str, Any]:
        """For an error: what was tried on which object. request_id: the service's own name for the call, if it gave one."""
        return {
            "cmdlet": self.cmdlet,
            "target": self.target or None,
            "request_id": request_id or self.request_id,
        }
