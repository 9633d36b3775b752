# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a controller's own injector makes of the credential types, and that the collection can sign in with it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.avanan.office365.plugins.module_utils._exchange.connection import (
    CONNECTION_OPTIONS,
    connection,
)
from awx_plugins.interfaces._temporary_private_credential_api import Credential
from awx_plugins.interfaces._temporary_private_inject_api import inject_credential

from tests.contract.module_run import environment
from tests.controller.test_controller_data import DATA

_GUID = "11111111-2222-3333-4444-555555555555"
_FILLED = {
    "certificate": ({"certificate": "-----BEGIN", "password": ""}, "certificate"),
    "client secret": ({"client_secret": "a-secret-of-the-test-91"}, "client_secret"),
    "workload identity": ({"token_file": "/run/token"}, "workload_identity"),
    "managed identity": ({}, "managed_identity"),
    "access token": ({"access_token": "a-token-of-the-test-47"}, "access_token"),
}


def _injected(way: str, values: dict[str, str], folder: Path) -> dict[str, str]:
    """The variables of a job with such a credential."""
    (item,) = (one for one in DATA["controller_credential_types"] if f"({way})" in one["name"])
    (folder / "env").mkdir()
    kind = SimpleNamespace(
        inputs=item["inputs"],
        injectors=item["injectors"],
        managed=False,
        custom_injectors=None,
        name=item["name"],
        namespace=None,
    )
    env: dict[str, str] = {}
    inject_credential(kind, Credential(values), env, {}, [], str(folder))
    # Paths are those in the container.
    return {name: text.replace("/runner/env", str(folder / "env")) for name, text in env.items()}


@pytest.mark.parametrize("way", _FILLED)
def test_the_collection_can_sign_in_with_it(way: str, tmp_path: Path) -> None:
    values, method = _FILLED[way]
    env = _injected(way, {"tenant_id": _GUID, "client_id": _GUID, "cloud": "gcc_high", **values}, tmp_path)
    with environment(env):
        options: dict[str, Any] = {}
        for name, spec in CONNECTION_OPTIONS.items():
            fallback = spec.get("fallback")
            if fallback and any(env.get(variable) for variable in fallback[1]):
                options[name] = fallback[0](*fallback[1])
        made = connection(options, env)
    assert made.auth_method == method
    assert "office365.us" in made.endpoint
    if method == "certificate":
        assert Path(made.certificate_path).read_text().startswith("-----BEGIN")


def test_fields_that_nobody_filled_in_are_as_good_as_none(tmp_path: Path) -> None:
    env = _injected("client secret", {"client_secret": "a-secret-of-the-test-91"}, tmp_path)
    assert {name for name, text in env.items() if text} <= {"O365_CLIENT_SECRET", "O365_CLOUD"}
