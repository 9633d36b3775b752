# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inbound and outbound connectors: one module, two tables."""

from __future__ import annotations

from .._engine.object_module import ObjectModule
from .inbound_connector import INBOUND_CONNECTOR
from .outbound_connector import OUTBOUND_CONNECTOR

DEFINITION = ObjectModule(
    result="connector",
    selector="direction",
    variants={"inbound": INBOUND_CONNECTOR, "outbound": OUTBOUND_CONNECTOR},
    options={"force": {"type": "bool", "default": False}},
)
