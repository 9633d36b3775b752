# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for one portal: what the variables say, and the vendor's values where they say nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from .._schema.address_types import CONNECTOR_IPS
from .scope import KINDS
from .values import NOWHERE, Brand, Region, vendor

# Objects beside those of the manual guide -> the variable that switches each; portal_footprint decides where it says nothing.
SWITCHES = {
    "journaling_connector": "monitor_journaling_connector",
    "undeliverable_contact": "monitor_undeliverable_contact",
    "connection_filter": "inline_connection_filter",
    "whitelist_rule": "inline_whitelist_rule",
    "incoming_group": "inline_group",
    "outgoing_group": "outbound_group",
    "protect_internal_rule": "outbound_protect_internal",
}
# What the vendor does not say in public and must therefore be given, as values of portal_values.
_UNPUBLISHED = {
    "journaling_connector": ("journaling_connector_type", "journaling_smart_host", "journaling_tls_settings"),
    "dlp_inbound_connector": ("dlp_require_tls",),
    "protect_internal_rule": ("internal_stop_processing",),
}
_GROUPS = ("incoming_group", "outgoing_group")
# Topic of o365_info -> the objects of ours in it, beside the protect rules.
TOPICS = {
    "mail_flow_rules": ("whitelist_rule", "protect_outgoing_rule", "protect_internal_rule"),
    "inbound_connectors": ("inbound_connector", "dlp_inbound_connector"),
    "outbound_connectors": ("outbound_connector", "journaling_connector", "dlp_outbound_connector"),
    "journal_rules": ("journal_rule",),
}


@dataclass(frozen=True)
class Portal:
    """inputs: the variables of the roles by name, checked; those that were not given have their default."""

    inputs: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Of the portal."""
        return str(self.inputs["portal_name"] or "")

    @cached_property
    def given(self) -> dict[str, Any]:
        """What portal_values gives."""
        return {key: item for key, item in self.inputs["portal_values"].items() if item not in (None, "")}

    @property
    def brand(self) -> Brand:
        """Of the portal."""
        return vendor().brands[self.inputs["portal_brand"]]

    @property
    def region(self) -> str:
        """Given or implied by the farm; "" when neither says it."""
        return str(self.inputs["portal_region"] or vendor().farms.get(self.inputs["portal_farm"] or "", ""))

    @property
    def farm(self) -> str:
        """Given, or the usual one of the region; "" when there is none."""
        return str(self.inputs["portal_farm"] or self.brand.farms.get(self.region, ""))

    # -------------------------------------------------------------------------------------------------- names and values

    def value(self, key: str) -> str:
        """A value of vendor.yml, unless portal_values gives another."""
        return str(self.given.get(key) or self._filled(vendor().values[key]))

    @property
    def undeliverable_address(self) -> str:
        """Where journal reports go that cannot be delivered; "" when it is not known."""
        given = str(self.inputs.get("monitor_undeliverable_recipient") or "")
        return given or (self.value("undeliverable_address") if self.farm else "")

    def names(self, item: str) -> list[str]:
        """The names of an object, best first: one that is given, and else all that the vendor has used."""
        if given := self.given.get(f"{item}_name"):
            return [given]
        first = [self.brand.names[item]] if item in self.brand.names else []
        return list(dict.fromkeys([*first, *self._spellings(vendor().names[item])]))

    def _spellings(self, forms: Sequence[str]) -> Iterator[str]:
        prefixes = dict.fromkeys((self.brand.prefix, *vendor().prefixes))
        for prefix in prefixes:
            for form, dash in product((form for form in forms if "{prefix}" in form), vendor().dashes):
                yield self._filled(form, prefix=prefix, dash=dash)
        for form, dash in product((form for form in forms if "{prefix}" not in form), vendor().dashes):
            yield self._filled(form, dash=dash)

    def _filled(self, pattern: str, **more: str) -> str:
        brand = self.brand
        return pattern.format(
            portal=self.name,
            farm=self.farm,
            domain=brand.domain,
            brand=brand.prefix,
            group=brand.group,
            **more,
        )

    @property
    def protect_rules(self) -> list[str]:
        """All names of the protect rules for incoming mail: one for each kind of recipients."""
        suffixes = ("", *(suffix for _condition, suffix in KINDS.values()))
        return [name + suffix for name, suffix in product(self.names("protect_rule"), suffixes)]

    @cached_property
    def owned(self) -> dict[str, list[str]]:
        """By topic of o365_info, the names under which objects are ours."""
        owned = {
            topic: [name for item in items for name in self.names(item)] for topic, items in TOPICS.items()
        }
        owned["mail_flow_rules"] = self.protect_rules + owned["mail_flow_rules"]
        return owned

    def group_address(self, group: str) -> str:
        """The address of a group of the vendor."""
        return f"{self.names(group)[0]}@{self.inputs['portal_group_domain']}"

    # --------------------------------------------------------------------------------------------------------- addresses

    @property
    def addresses(self) -> Region:
        """Those of the region, unless portal_ip_addresses gives others, which are for both purposes."""
        if given := self.inputs["portal_ip_addresses"]:
            return Region(complete=True, incoming=given, outgoing=given)
        return vendor().regions.get(self.region, NOWHERE)

    @property
    def incoming_addresses(self) -> list[str]:
        """From where inspected incoming mail comes back."""
        return networks(self.addresses.incoming)

    @property
    def outgoing_addresses(self) -> list[str]:
        """From where inspected outgoing and internal mail comes back."""
        return networks(self.addresses.outgoing)

    @property
    def loop_guard(self) -> list[str]:
        """Those of both purposes: one too many costs an inspection, one too few makes mail loop."""
        return networks([*self.addresses.incoming, *self.addresses.outgoing])

    # --------------------------------------------------------------------------------------------------------- footprint

    def wants(self, item: str) -> bool:
        """Whether an object beside those of the manual guide is wanted."""
        switch = self.inputs.get(SWITCHES[item])
        return self.inputs["portal_footprint"] == "automatic" if switch is None else bool(switch)

    def missing(self, item: str) -> list[str]:
        """The variables that must be given before an object can be written, and are not."""
        if item in _GROUPS:
            return [name for name in ("portal_group_domain", "portal_group_owners") if not self.inputs[name]]
        return [f"portal_values.{key}" for key in _UNPUBLISHED.get(item, ()) if key not in self.given]

    def can_have(self, item: str) -> bool:
        """Whether such an object is wanted, and everything is known for it."""
        return self.wants(item) and not self.missing(item)

    # ------------------------------------------------------------------------------------------------------ for the checks

    def integration(self) -> dict[str, Any]:
        """What o365_mail_flow_check is told of the vendor."""
        return {
            **self._known(),
            "brand": self.brand.base,
            "loop_guard": self.loop_guard,
            "other_portals": [portal._known() for portal in self.others],
            "journal_address": self.value("journal_address"),
            "header_name": self.value("header_name"),
            "header_value": self.value("header_value"),
            "protect_rules": [
                *self.protect_rules,
                *self.names("protect_outgoing_rule"),
                *self.names("protect_internal_rule"),
            ],
        }

    def _known(self) -> dict[str, Any]:
        return {
            "portal": self.name,
            "smart_hosts": [self.value("smart_host")],
            "dlp_smart_hosts": [self.value("dlp_smart_host")],
            "return_addresses": self.incoming_addresses,
            "dlp_addresses": self.outgoing_addresses,
            "addresses_complete": self.addresses.complete,
        }

    @property
    def others(self) -> list[Portal]:
        """The further portals in the tenant, with the vendor's values."""
        nothing: dict[str, Any] = {
            "portal_values": {},
            "portal_ip_addresses": [],
            "portal_farm": None,
            "portal_others": [],
        }
        return [
            Portal(
                {
                    **self.inputs,
                    **nothing,
                    "portal_name": given["name"],
                    "portal_region": given["region"],
                    "portal_brand": given.get("brand") or self.inputs["portal_brand"],
                }
            )
            for given in self.inputs["portal_others"]
        ]

    def examined(self) -> dict[str, Any]:
        """What o365_doctor is told of the portal; nothing without its name."""
        if not self.name:
            return {}
        scope = ("protected_users", "protected_groups", "protected_domains")
        return {
            "portal": self.name,
            "footprint": self.inputs["portal_footprint"],
            "names": self.owned,
            "smart_hosts": [self.value("smart_host"), self.value("dlp_smart_host")],
            "return_addresses": self.incoming_addresses,
            "loop_guard": self.loop_guard,
            "additional_addresses": self.inputs["inline_additional_ip_addresses"],
            "scope": [item for name in scope for item in self.inputs[name]],
            "mail_flow": self.integration(),
        }


def networks(addresses: Sequence[str]) -> list[str]:
    """Addresses and blocks in one spelling, each once."""
    return CONNECTOR_IPS.canonical(list(addresses)) or []
