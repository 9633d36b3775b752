# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the walked classes show of the inspection of somebody's mail (7.9, 9.19)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from .._mail_flow.people import People
from .._mail_flow.submission import Disposition, MessageClass, WalkResult
from .._mail_flow.trace import Cause
from .._mail_flow_objects.mail_user import MailUser
from .._mail_flow_objects.objects import TransportRule
from .protected import Gap, Seen
from .verdicts import kind_of

Walked = tuple[MessageClass, WalkResult]
Explain: TypeAlias = "Callable[[Disposition, Sequence[MailUser], MailUser], Gap | None]"
"""Why something was delivered without having been inspected, with those to whom it was addressed and who has written it, whom it does not name yet;
None for no way past."""
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
    """walks: all classes with what came of them; walk: plain mail to somebody whom no class has walked; stance: what of an author decides."""

    people: People
    walks: Sequence[Walked]
    walk: Callable[[MailUser], WalkResult]
    explain: Explain
    stance: Callable[[MailUser], Hashable]

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
        walked = self.walk(user)
        ends = [end for end in walked.dispositions if end.recipient == user]
        author = self.people.outside
        own = [self.explain(end, (user,), author) for end in ends if _passed(end)]
        unknown = [_unknown(walked.left_out)] if walked.left_out else []
        return Seen(ends, [*(gap.by(author) for gap in own if gap), *self._concerning(user, user), *unknown])

    def _concerning(self, user: MailUser, one: MailUser) -> list[Gap]:
        """Each gap that concerns somebody, once: the same person, whoever stands for them, or by the rule. one: who stands for them."""
        gaps = self._gaps
        whom: list[object] = [("person", user), ("kind", one)]
        if user.identity:
            whom.append(("identity", user.identity))
        whom += [
            ("rule", rule.place)
            for rule in gaps.rules.values()
            if self.people.rules.recipient_match(rule, user) is not False
        ]
        return [*gaps.concerning(whom), *self._left_out]

    @cached_property
    def _left_out(self) -> list[Gap]:
        """That mail was not walked on all of its ways: whom that comes to, and whether inspected, nobody knows."""
        causes = [walked.left_out for _item, walked in self.walks]
        # A class without a message stands for all that were too many to be walked.
        causes += [end.cause for item, walked in self.walks if not item.starts for end in walked.dispositions]
        return [_unknown(cause) for cause in dict.fromkeys(causes) if cause]

    @cached_property
    def _gaps(self) -> _Gaps:
        """Everything that was delivered without having been inspected, of mail from outside."""
        found = _Gaps()
        for item, walked in self.walks:
            if item.starts and self._comes_in(item, (*_PLAIN, *_OTHERS)):
                author, is_plain = item.starts[0].message.author, _is_plain(item)
                for end, gap in self._explained(walked, _addressed(item), author):
                    found.add(end, gap.by(author), is_plain=is_plain)
        return found

    @cached_property
    def _known_gaps(self) -> dict[Hashable, list[tuple[Disposition, Gap]]]:
        return {}

    def _explained(
        self, walked: WalkResult, addressed: tuple[MailUser, ...], author: MailUser
    ) -> list[tuple[Disposition, Gap]]:
        """What passes inspection, each gap of somebody once. The same was walked for all who are treated alike."""
        if author not in self._stances:
            self._stances[author] = self.stance(author)
        stance = self._stances[author]
        key = (id(walked), addressed, stance)
        if key not in self._known_gaps:
            found: dict[Hashable, tuple[Disposition, Gap]] = {}
            for end in filter(_passed, walked.dispositions):
                alike = _alike(end, walked, addressed, stance)
                if alike not in self._explanations:
                    self._explanations[alike] = self.explain(end, addressed, author)
                if gap := self._explanations[alike]:
                    found.setdefault(
                        (end.recipient, end.delivery and end.delivery.brought, gap.key), (end, gap)
                    )
            self._known_gaps[key] = list(found.values())
        return self._known_gaps[key]

    @cached_property
    def _stances(self) -> dict[MailUser, Hashable]:
        return {}

    @cached_property
    def _explanations(self) -> dict[Hashable, Gap | None]:
        """Of deliveries that are alike, wherever they were found."""
        return {}

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


def _alike(
    end: Disposition, walked: WalkResult, addressed: tuple[MailUser, ...], stance: Hashable
) -> Hashable:
    """The same for what was delivered for the same reason. stance: what decides of who has written it."""
    delivery = end.delivery
    if delivery is None:
        return None
    if delivery.inspection.why:
        # The vendor got it in vain, whoever it is for.
        return delivery.inspection, delivery.view.message.kind, delivery.view.address
    # What a rule asks that has stopped the others, hangs on the walk.
    stopped = delivery.bifurcation.stopped_by and id(walked)
    return end.recipient, end.certain, delivery.key, stopped, addressed, stance


class _Gaps:
    """What passes inspection, by whom it concerns, each once for whom it concerns alike."""

    def __init__(self) -> None:
        self.rules: dict[int, TransportRule] = {}
        self._of: dict[object, dict[object, tuple[int, Gap]]] = {}
        self._count = 0

    def add(self, end: Disposition, gap: Gap, *, is_plain: bool) -> None:
        """One more. is_plain: of plain mail, which shows nothing of others than its recipient and those for whom it stands."""
        user, brought = end.recipient, bool(end.delivery and end.delivery.brought)
        whom: list[object] = [("person", user)]
        if user.identity:
            whom.append(("identity", user.identity))
        if not brought:
            whom.append(("kind", user))
        if gap.rule is not None and not (brought or is_plain or gap.personal):
            self.rules[gap.rule.place] = gap.rule
            whom.append(("rule", gap.rule.place))
        self._count += 1
        for each in whom:
            self._of.setdefault(each, {}).setdefault(gap.key, (self._count, gap))

    def concerning(self, whom: Iterable[object]) -> list[Gap]:
        """Those of some, the first of each in the order in which they were found."""
        found: dict[object, tuple[int, Gap]] = {}
        for each in whom:
            for key, (number, gap) in self._of.get(each, {}).items():
                if key not in found or number < found[key][0]:
                    found[key] = (number, gap)
        return [gap for _number, gap in sorted(found.values(), key=lambda item: item[0])]


def _is_plain(item: MessageClass) -> bool:
    """Whether a class is plain mail from somebody whom nothing names."""
    return kind_of(item.id) in _PLAIN and item.starts[0].message.author.generic


def _passed(end: Disposition) -> bool:
    """Whether something was delivered without having been inspected, as far as is known."""
    return end.delivery is not None and end.delivery.inspection.done is not True


def _unknown(cause: Cause) -> Gap:
    """That not all mail was walked."""
    return Gap(cause, "mail that was not walked", "unknown")


def _addressed(item: MessageClass) -> tuple[MailUser, ...]:
    return tuple(dict.fromkeys(_recipients(item)))


def _recipients(item: MessageClass) -> Iterator[MailUser]:
    for start in item.starts:
        yield from start.recipients
