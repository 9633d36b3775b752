# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the doctor looks at: the same as o365_info."""

from __future__ import annotations

from .._read.doctor import DoctorModule
from .info import DEFINITION as INFO

DEFINITION = DoctorModule(topics=INFO.topics)
