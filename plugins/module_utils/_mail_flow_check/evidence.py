# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the walked classes show of the inspection of somebody's mail (7.9, 9.19)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from .._mail_flow.people import People
from .._mail_flow.submission import Disposition, MessageClass, WalkResult
from .._mail_flow_objects.mail_user import MailUser
from .protected import Gap, Seen
from .verdicts import kind_of

Walked = tuple[MessageClass, WalkResult]
Explain: TypeAlias = "Callable[[Disposition, Sequence[MailUser]], Gap | None]"
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
                self._known[user] = Seen(self._ends[one], self._concerning(user, one))
        return self._known[user]

    def _alone(self, user: MailUser) -> Seen:
        """What becomes of plain mail to somebody of whose kind nobody was walked."""
        ends = [end for end in self.walk(user).dispositions if end.recipient == user]
        own = (self.explain(end, (user,)) for end in ends if _passed(end))
        return Seen(ends, [*filter(None, own), *self._concerning(user, user)])

    def _concerning(self, user: MailUser, one: MailUser) -> list[Gap]:
        """Each gap that concerns somebody, once. one: who stands for them."""
        found: dict[object, Gap] = {}
        for seen, end, item in self._gaps:
            if self._concerns(seen, end, item, user, one):
                found.setdefault(item.key, item)
        return list(found.values())

    @cached_property
    def _gaps(self) -> list[tuple[MessageClass, Disposition, Gap]]:
        """Everything that was delivered without having been inspected, of mail from outside."""
        passed = (
            (item, end, gap)
            for item, walked in self.walks
            if self._comes_in(item, (*_PLAIN, *_OTHERS))
            for end in walked.dispositions
            if _passed(end) and (gap := self.explain(end, _addressed(item)))
        )
        # Each once, of those that concern the same people.
        found: dict[object, tuple[MessageClass, Disposition, Gap]] = {}
        for item, end, gap in passed:
            brought = end.delivery and end.delivery.brought
            found.setdefault((end.recipient, brought, _is_plain(item), gap.key), (item, end, gap))
        return list(found.values())

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
        if _is_plain(found):
            return False
        rule = None if item.personal else item.rule
        return rule is not None and self.people.rules.recipient_match(rule, user) is not False


def _is_plain(item: MessageClass) -> bool:
    """Whether a class is plain mail from somebody whom nothing names."""
    return kind_of(item.id) in _PLAIN and item.starts[0].message.author.generic


def _passed(end: Disposition) -> bool:
    """Whether something was delivered without having been inspected, as far as is known."""
    return end.delivery is not None and end.delivery.inspection.done is not True


def _addressed(item: MessageClass) -> tuple[MailUser, ...]:
    return tuple(dict.fromkeys(_recipients(item)))


def _recipients(item: MessageClass) -> Iterator[MailUser]:
    for start in item.starts:
        yield from start.recipients
