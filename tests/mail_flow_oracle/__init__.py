# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A second evaluator of docs/mail-flow-model.md, written apart from the product's, and the machinery that compares the two.

It enumerates: an unknown decision makes two worlds, every world is walked to its end. Numbers in comments are sections of
the document.
"""

from .compare import compare, minimised
from .oracle import verdicts

__all__ = ["compare", "minimised", "verdicts"]
