# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  tenant_id:
    description:
      - The tenant, as GUID or as one of its domains, such as V(example.onmicrosoft.com).
      - Also from E(O365_TENANT_ID) or E(AZURE_TENANT_ID). Not needed with a managed identity or an access token.
    type: str
  client_id:
    description:
      - Application (client) id of the app registration; of a managed identity, when it is a user-assigned one.
      - Also from E(O365_CLIENT_ID) or E(AZURE_CLIENT_ID).
    type: str
  client_secret:
    description:
      - Client secret of the application. Also from E(O365_CLIENT_SECRET) or E(AZURE_CLIENT_SECRET).
    type: str
  certificate_path:
    description:
      - One file with the application's certificate and private key, as PEM or PFX.
      - Also from E(O365_CERTIFICATE_PATH) or E(AZURE_CLIENT_CERTIFICATE_PATH).
    type: path
  certificate_password:
    description:
      - Password of the private key in O(certificate_path). Also from E(O365_CERTIFICATE_PASSWORD).
    type: str
  federated_token_file:
    description:
      - File with the token that a workload identity provider hands out; it is exchanged for one of the tenant.
      - Also from E(O365_FEDERATED_TOKEN_FILE) or E(AZURE_FEDERATED_TOKEN_FILE).
    type: path
  access_token:
    description:
      - A ready access token for the admin API. Also from E(O365_ACCESS_TOKEN).
    type: str
  auth_method:
    description:
      - How to sign in. V(auto), which is meant when nothing is given, takes the one credential that is there.
      - Credentials in the variables of the Azure SDK count only when there is no other.
      - Also from E(O365_AUTH_METHOD).
    type: str
    choices: [auto, client_secret, certificate, workload_identity, managed_identity, access_token]
  cloud:
    description:
      - The Microsoft cloud of the tenant; V(worldwide) when nothing is given. Also from E(O365_CLOUD).
    type: str
    choices: [worldwide, gcc_high, dod, china]
  endpoint:
    description:
      - Base address of the admin API, when it is not the cloud's. Also from E(O365_ENDPOINT).
    type: str
  authority:
    description:
      - Base address of the login service, when it is not the cloud's. Also from E(O365_AUTHORITY).
    type: str
  ca_path:
    description:
      - File with the certificate authorities to trust, for networks that have their own. Also from E(O365_CA_PATH).
      - Certificates are always verified.
    type: path
  timeout:
    description:
      - Seconds to wait for a whole answer of the service, more than 0 and at most 3600. What follows from it for a task stands in docs/troubleshooting.md.
    type: float
    default: 300.0
  offline:
    description:
      - Make a draft without any access, with no credentials and no network, as if the organization had no mail-flow objects yet.
      - Only in check mode. Also from E(O365_OFFLINE).
    type: bool
requirements:
  - msal >= 1.29
  - requests >= 2.31
notes:
  - The connection options are usually set once, by C(module_defaults) for the action group C(avanan.office365.o365) or by
    environment variables.
  - With a local connection the task runs in the controller's own process, with its Python and libraries.
"""
