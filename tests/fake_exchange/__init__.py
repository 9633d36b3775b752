# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The practice tenant: a stateful Exchange Online admin API and login service on loopback, over TLS.

It follows Microsoft's cmdlet reference and what others have published of live answers, not the client beside it. Texts
of errors that nobody has published are plain words; their exception types are those of the service.
"""
