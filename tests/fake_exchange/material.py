# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys and certificates of one practice service, and the files that a client needs."""

from __future__ import annotations

import json
import os
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

CLIENT_ID = "aaaaaaaa-0000-4000-8000-000000000001"
PFX_PASSWORD = "practice-pfx"
FEDERATED_ISSUER = "https://ci.example"
FEDERATED_SUBJECT = "repo:practice:ref:refs/heads/main"
FEDERATED_AUDIENCE = "api://AzureADTokenExchange"
_GIVEN_FOR_DAYS = 30
"""What a client is given before it asks for anything does not end while somebody practises."""
EXCHANGE = "https://outlook.office365.com"


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Material:
    """Made anew for each start; nothing of it is worth anything elsewhere."""

    ca: trustme.CA = field(default_factory=trustme.CA)
    client_secret: str = field(default_factory=lambda: f"practice~{uuid.uuid4().hex}")
    identity_header: str = field(default_factory=lambda: uuid.uuid4().hex)
    token_key: rsa.RSAPrivateKey = field(default_factory=_key)
    client_key: rsa.RSAPrivateKey = field(default_factory=_key)
    federated_key: rsa.RSAPrivateKey = field(default_factory=_key)

    def __post_init__(self) -> None:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "practice client")])
        now = datetime.now(UTC)
        self.client_certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.client_key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=_GIVEN_FOR_DAYS))
            .sign(self.client_key, hashes.SHA256())
        )

    def access_token(self, tenant: str, audience: str, *, roles: bool = True, lasts: int = 3599) -> str:
        """A signed token as the login service issues it."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "aud": audience,
            "iss": f"https://sts.windows.net/{tenant}/",
            "iat": now,
            "nbf": now,
            "exp": now + lasts,
            "appid": CLIENT_ID,
            "tid": tenant,
            "wids": ["29232cdf-9323-42fd-ade2-1d097af3e4de"],
            "jti": uuid.uuid4().hex,
        }
        if roles:
            claims["roles"] = ["Exchange.ManageAsApp"]
        return jwt.encode(claims, self.token_key, algorithm="RS256")

    def federated_token(self) -> str:
        """What a build service would hand to its jobs."""
        now = int(time.time())
        claims = {
            "iss": FEDERATED_ISSUER,
            "sub": FEDERATED_SUBJECT,
            "aud": FEDERATED_AUDIENCE,
            "iat": now,
            "exp": now + _GIVEN_FOR_DAYS * 86400,
        }
        return jwt.encode(claims, self.federated_key, algorithm="RS256")

    def write(self, directory: Path, base: str, tenants: list[str], identity_endpoint: str) -> dict[str, Any]:
        """The files of a client, and the environments that use them."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.ca.cert_pem.write_to_path(str(directory / "ca.pem"))
        key = self.client_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        _private(directory / "client.pem", key + self.client_certificate.public_bytes(Encoding.PEM))
        encryption = BestAvailableEncryption(PFX_PASSWORD.encode())
        pfx = pkcs12.serialize_key_and_certificates(
            b"practice", self.client_key, self.client_certificate, None, encryption
        )
        _private(directory / "client.pfx", pfx)
        _private(directory / "federated.jwt", self.federated_token().encode())
        return self._environments(directory, base, tenants, identity_endpoint)

    def _environments(self, directory: Path, base: str, tenants: list[str], identity: str) -> dict[str, Any]:
        def reach(tenant: str) -> dict[str, str]:
            return {
                "O365_TENANT_ID": tenant,
                "O365_CLIENT_ID": CLIENT_ID,
                "O365_ENDPOINT": base,
                "O365_AUTHORITY": base,
                "O365_CA_PATH": str(directory / "ca.pem"),
            }

        first = reach(tenants[0])
        token = self.access_token(tenants[0], base, lasts=_GIVEN_FOR_DAYS * 86400)
        return {
            "tenants": [{**reach(tenant), "O365_CLIENT_SECRET": self.client_secret} for tenant in tenants],
            "certificate": {**first, "O365_CERTIFICATE_PATH": str(directory / "client.pem")},
            "pfx": {
                **first,
                "O365_CERTIFICATE_PATH": str(directory / "client.pfx"),
                "O365_CERTIFICATE_PASSWORD": PFX_PASSWORD,
            },
            "federated": {**first, "O365_FEDERATED_TOKEN_FILE": str(directory / "federated.jwt")},
            "access_token": {**first, "O365_ACCESS_TOKEN": token},
            "managed_identity": {
                **first,
                "O365_AUTH_METHOD": "managed_identity",
                "IDENTITY_ENDPOINT": identity,
                "IDENTITY_HEADER": self.identity_header,
            },
            "pid": os.getpid(),
        }


def _private(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)


def write_atomically(path: Path, content: dict[str, Any]) -> None:
    """A JSON file that is either whole or absent."""
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps(content, indent=2))
    draft.chmod(0o600)
    draft.replace(path)
