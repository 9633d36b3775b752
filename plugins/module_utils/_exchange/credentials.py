# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates and assertions from files, in the form that msal takes. Everything wrong ends before the network."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from .connection import Connection
from .errors import ConfigurationError
from .masking import SecretRegistry

# Bytes; a certificate with its chain has some thousand.
_MOST_BYTES = 1 << 20
_JWT = re.compile(r"[A-Za-z0-9_=-]+(\.[A-Za-z0-9_=-]*){2}")


def client_credential(connection: Connection, secrets: SecretRegistry) -> Any:
    """What msal's ConfidentialClientApplication takes as client_credential. ConfigurationError for a bad file."""
    if connection.auth_method == "client_secret":
        return connection.client_secret
    if connection.auth_method == "certificate":
        credential = _certificate(connection)
        secrets.add(credential["private_key"])
        return credential
    # Read now, so that a bad file is told before the network; msal prefers to be given a function.
    assertion = _assertion(connection.federated_token_file)
    secrets.add(assertion)
    return {"client_assertion": lambda: assertion}


def _read(path: str, option: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f'{option}: cannot read "{path}": {getattr(error, "strerror", None) or error}.'
        ) from None
    if len(content) > _MOST_BYTES:
        raise ConfigurationError(f'{option}: "{path}" is larger than any credential.')
    return content


def _assertion(path: str) -> str:
    text = _read(path, "federated_token_file").decode("utf-8", "replace").strip()
    if not _JWT.fullmatch(text):
        raise ConfigurationError(f'federated_token_file: "{path}" does not hold a token (a JWT).')
    return text


def _certificate(connection: Connection) -> dict[str, Any]:
    path = connection.certificate_path
    content = _read(path, "certificate_path")
    password = connection.certificate_password.encode() or None
    if b"-----BEGIN" in content:
        return _from_pem(path, content, password)
    return _from_pfx(path, content, password)


def _from_pem(path: str, content: bytes, password: bytes | None) -> dict[str, Any]:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(content, password)
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        raise _unusable(path, password, "private key", error) from None
    try:
        own = [
            certificate
            for certificate in x509.load_pem_x509_certificates(content)
            if certificate.public_key() == key.public_key()
        ]
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _unusable(path, password, "certificate", error) from None
    if own:
        return _for_msal(path, key, own[0])
    raise ConfigurationError(
        f'certificate_path: the private key in "{path}" does not belong to a certificate in it.'
    )


def _from_pfx(path: str, content: bytes, password: bytes | None) -> dict[str, Any]:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

    try:
        key, certificate, _chain = load_key_and_certificates(content, password)
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        raise _unusable(path, password, "private key and certificate", error) from None
    if key is None or certificate is None:
        raise ConfigurationError(f'certificate_path: "{path}" holds no private key with its certificate.')
    return _for_msal(path, key, certificate)


def _unusable(path: str, password: bytes | None, what: str, error: Exception) -> ConfigurationError:
    if "password" in str(error).lower():
        advice = "certificate_password (or O365_CERTIFICATE_PASSWORD) " + (
            "is wrong" if password else "is needed"
        )
        return ConfigurationError(f'certificate_path: cannot open "{path}": {advice}.')
    return ConfigurationError(
        f'certificate_path: "{path}" holds no usable {what}; '
        "give one PEM file with private key and certificate, or a PFX file."
    )


def _for_msal(path: str, key: Any, certificate: Any) -> dict[str, Any]:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    if not isinstance(key, RSAPrivateKey):
        raise ConfigurationError(f'certificate_path: the private key in "{path}" is not an RSA key.')
    return {
        "private_key": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        # The thumbprint as Entra ID shows it; it names the certificate and protects nothing.
        "thumbprint": certificate.fingerprint(hashes.SHA1()).hex(),
        "public_certificate": certificate.public_bytes(Encoding.PEM).decode(),
    }
