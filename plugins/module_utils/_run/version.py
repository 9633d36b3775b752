# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which collection this is; a test compares it with galaxy.yml, which is not part of an installed collection."""

from __future__ import annotations

COLLECTION = "avanan.office365"
VERSION = "1.0.0"
