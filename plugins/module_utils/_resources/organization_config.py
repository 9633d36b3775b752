# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts of the organization, which are only read."""

from __future__ import annotations

from .._schema.resource import Field, MailFlowData, Resource, Role, Topic
from .._schema.value_types import BOOLEAN, TEXT

ORGANIZATION_CONFIG = Resource(
    noun="OrganizationConfig",
    title="organization configuration",
    role=Role("View-Only Configuration"),
    topic=Topic("organization_config", "Facts of the organization."),
    mail_flow=MailFlowData(),
    keys={"Name": "text", "IsDehydrated": "switch"},
    rank=8,
    singleton=True,
    fields=(
        Field("Name", TEXT, "Name of the organization."),
        Field("IsDehydrated", BOOLEAN, "Whether it must be customized before some settings can be written."),
        Field(
            "RejectDirectSend",
            BOOLEAN,
            "Whether mail from outside in the name of an accepted domain is refused where no inbound connector takes it (Direct Send).",
        ),
    ),
)
