# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Taking a recorded change back."""

from __future__ import annotations

from .._change.undo import UndoModule
from .object_modules import DEFINITIONS

DEFINITION = UndoModule(DEFINITIONS)
