# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that was not examined, and why, so that no silence is taken for an all-clear. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .effective_mode import Mode
from .tenant_view import NotExamined, TenantView


def left_out(view: TenantView, modes: Sequence[Mode]) -> list[NotExamined]:
    """What the checks set aside, and what nobody could look at. To be asked for after all checks."""
    return [*_unread(view), *view.not_examined, *_questions(view), *_mail_hosts(modes)]


def refused(why: str) -> list[NotExamined]:
    """When the sign-in was refused."""
    return [NotExamined("the whole tenant", why.rstrip("."))]


def _unread(view: TenantView) -> Iterator[NotExamined]:
    for cmdlet, reason in view.reasons.items():
        yield NotExamined(f"what {cmdlet} reads", f"{cmdlet} failed: {reason.rstrip('.')}")


def _questions(view: TenantView) -> Iterator[NotExamined]:
    if not any(not cmdlet.startswith("Get-") for cmdlet in view.may):
        yield NotExamined("what the application may write", "the doctor was told not to ask (probe_writes)")
    if not view.known("return_addresses"):
        yield NotExamined(
            "whether the vendor's addresses are let in and excepted",
            "they are not known without name and region of the portal",
            ("lock-down-connector", "lock-down-rule", "loop-guard-incomplete"),
        )


def _mail_hosts(modes: Sequence[Mode]) -> Iterator[NotExamined]:
    for problem in dict.fromkeys(mode.problem for mode in modes if mode.problem):
        names = [mode.domain for mode in modes if mode.problem == problem]
        yield NotExamined(f"the MX of {', '.join(names)}", problem, ("mx-not-looked-at",))
