# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the walked classes show of the inspection of somebody's mail (7.9, 9.19)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from .._mail_flow.mail_user import MailUser
from .._mail_flow.people import People
from .._mail_flow.submission import Disposition, MessageClass, WalkResult
from .protected import Gap, Seen
from .verdicts import kind_of

Walked = tuple[MessageClass, WalkResult]
Explain = Callable[[Disposition, Sequence[MailUser]], Gap | None]
"""Why something was delivered without having been inspected, with those to whom it was addressed; None for no way past."""
_PLAIN = (
    "internet-to-protected",
    "internet-to-unprotected",
    "internet-to-both",
    "alias-of-protected",
    "group-with-protected",
)
_OTHERS = ("calendar-to-protected", "from-address", "from-gateway")


@dataclass(frozen=True)
class Evidence:
    """walks: all classes with what came of them; walk: plain mail to somebody whom no class has walked."""

    people: People
    walks: Sequence[Walked]
    walk: Callable[[MailUser], WalkResult]
    explain: Explain

    @cached_property
    def _known(self) -> dict[MailUser, Seen]:
        return {}

    def of(self, user: MailUser) -> Seen:
        """What the walks show for somebody, by the one who stands for them."""
        if user not in self._known:
            one = self.people.representative(user)
            if one is None or one not in self._ends:
                self._known[user] = self._alone(user)
            else:
                concerned = [
                    item for found, end, item in self._gaps if self._concerns(found, end, item, user, one)
                ]
                self._known[user] = Seen(self._ends[one], concerned)
        return self._known[user]

    def _alone(self, user: MailUser) -> Seen:
        """What becomes of plain mail to somebody of whose kind nobody was walked."""
        ends = [end for end in self.walk(user).dispositions if end.recipient == user]
        others = [item for found, end, item in self._gaps if self._concerns(found, end, item, user, user)]
        own = (self.explain(end, (user,)) for end in ends if _passed(end))
        return Seen(ends, [*filter(None, own), *others])

    @cached_property
    def _gaps(self) -> list[tuple[MessageClass, Disposition, Gap]]:
        """Everything that was delivered without having been inspected, of mail from outside."""
        return [
            (item, end, found)
            for item, walked in self.walks
            if self._comes_in(item, (*_PLAIN, *_OTHERS))
            for end in walked.dispositions
            if _passed(end) and (found := self.explain(end, _addressed(item)))
        ]

    @cached_property
    def _ends(self) -> dict[MailUser, list[Disposition]]:
        """What became of the plain mail for each recipient who was walked."""
        found: dict[MailUser, list[Disposition]] = {}
        for item, walked in self.walks:
            if self._comes_in(item, _PLAIN) and item.starts[0].message.author.generic:
                for end in walked.dispositions:
                    if end.recipient in _addressed(item):
                        found.setdefault(end.recipient, []).append(end)
        return found

    def _comes_in(self, item: MessageClass, kinds: Sequence[str]) -> bool:
        """Whether a class is mail of these kinds from somebody who is certainly not of the organization."""
        accepted = self.people.directory.accepted
        return kind_of(item.id).partition(":")[0] in kinds and all(
            accepted(start.message.author.domain) is False for start in item.starts
        )

    def _concerns(
        self, found: MessageClass, end: Disposition, item: Gap, user: MailUser, one: MailUser
    ) -> bool:
        """Whether what was seen for one recipient holds for another: the same person, whoever stands for them, or by the rule."""
        same = end.recipient == user or (bool(user.identity) and end.recipient.identity == user.identity)
        if same or (end.delivery and end.delivery.brought):
            return same
        if end.recipient == one:
            return True
        if kind_of(found.id) in _PLAIN and found.starts[0].message.author.generic:
            return False
        rule = None if item.personal else item.rule
        return rule is not None and self.people.rules.recipient_match(rule, user) is not False


def _passed(end: Disposition) -> bool:
    """Whether something was delivered without having been inspected, as far as is known."""
    return end.delivery is not None and end.delivery.inspection.done is not True


def _addressed(item: MessageClass) -> tuple[MailUser, ...]:
    return tuple(dict.fromkeys(_recipients(item)))


def _recipients(item: MessageClass) -> Iterator[MailUser]:
    for start in item.starts:
        yield from start.recipients
