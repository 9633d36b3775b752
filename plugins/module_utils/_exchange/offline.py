# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A tenant of which nothing is known: for a draft of the changes without any access."""

from __future__ import annotations

from typing import Any

from .._resources.index import RESOURCES
from .cmdlets import Response
from .errors import ConfigurationError, NotPermitted

# Objects that every organization has, without their settings.
_SINGLE: dict[str, dict[str, Any]] = {
    resource.noun: {"Name": resource.identity, "Identity": resource.identity} if resource.identity else {}
    for resource in RESOURCES
    if resource.singleton
}


class OfflineClient:
    """Answers every question as an organization without mail-flow objects would, and refuses every change."""

    tenant = ""

    def invoke(self, cmdlet: str, parameters: dict[str, Any]) -> Response:
        """The answer to a reading cmdlet. NotPermitted for recipients, of which nothing can be said."""
        verb, _dash, noun = cmdlet.partition("-")
        if verb != "Get":
            raise ConfigurationError(
                f"{cmdlet} was not sent: offline, only a draft can be made; use check mode."
            )
        if noun == "Recipient":
            raise NotPermitted("the tenant is not looked at.", cmdlet=cmdlet)
        return Response([dict(_SINGLE[noun])] if noun in _SINGLE else [])

    def refresh(self) -> None:
        """Nothing is kept here."""

    def may(self, cmdlet: str) -> bool | None:
        """Nothing can be said of it."""
        return None
