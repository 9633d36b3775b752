# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""For whom protection is asked, and what the walks show of it (7.9, 9.19)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from itertools import product
from typing import Literal

from .._mail_flow.submission import Disposition
from .._mail_flow.trace import Cause
from .._mail_flow_objects.mail_user import MailUser
from .._mail_flow_objects.objects import TransportRule
from .._schema.names import cut
from .verdicts import worst

INSPECTED, NOT_INSPECTED, IN_PART, NOT_PROVED = "inspected", "not_inspected", "in_part", "not_proved"
INVITATIONS = "invitations"
"""Of a gap, which mail it is: this begins what is said of them, "mail" what is said of all others."""
NARROWED = "\0"
"""In what is said of which mail it is: the place of who has written it, and of from where it comes in."""
Sureness = Literal["sure", "some", "unknown"]
"""The mail certainly passes; some of it does, by what it holds; or nobody knows."""
_SURENESS = ("unknown", "some", "sure")
_MOST_AUTHORS = 3


@dataclass(frozen=True)
class Gap:
    """A way past inspection. cause: with the rule or connector that it hangs on; mail: which mail takes it; rule: that decides.

    chosen: somebody has switched the rule off, or lets single addresses pass, which are no gateway's; no mistake. personal: it hangs
    on who the recipient is. address: from which the mail comes in, "" for anywhere. authors: who has written it, nobody for whoever
    writes; origin: from where it comes in, for people. by_members: all that is not known is who counts as a member of a group.
    """

    cause: Cause
    mail: str
    sureness: Sureness
    rule: TransportRule | None = None
    chosen: bool = False
    personal: bool = False
    address: str = ""
    authors: tuple[str, ...] = ()
    origin: str = ""
    by_members: bool = False

    def by(self, author: MailUser) -> Gap:
        """The same of mail that somebody has written."""
        if author.generic or NARROWED not in self.mail:
            return self
        # There are many of these, and dataclasses.replace takes several times as long.
        other = object.__new__(Gap)
        known = {name: value for name, value in vars(self).items() if name != "key"}
        vars(other).update(known, authors=(author.written,))
        return other

    @property
    def which(self) -> str:
        """Which mail takes it, for people."""
        by = f" from {cut(self.authors, _MOST_AUTHORS)}" if self.authors else ""
        origin = f" that comes in from {self.origin}" if self.origin else ""
        mail = self.mail.replace(NARROWED, f"{by}{origin}")
        return "all mail" if mail == "mail" else mail

    @property
    def way(self) -> Hashable:
        """Which mail takes it, by which rule or connector."""
        return (self.cause.finding, self.cause.subject, self.mail, self.authors, self.origin)

    @property
    def wider_ways(self) -> Iterator[Hashable]:
        """The ways by the same rule that its mail takes as well, its own included."""
        # An invitation that goes the way of all other mail is no way of its own.
        mail = {self.mail, self.mail.replace(INVITATIONS, "mail", 1)}
        for which in product(mail, {(), self.authors}, {"", self.origin}):
            yield (self.cause.finding, self.cause.subject, *which)

    def covers(self, other: Gap) -> bool:
        """Whether it says all that another one says whose mail takes its way as well."""
        surer = _SURENESS.index(self.sureness) >= _SURENESS.index(other.sureness)
        return self.chosen == other.chosen and surer

    def joined(self, other: Gap) -> Gap:
        """The same way for somebody else as well: what may help has to help both."""
        pairs = zip(self.cause.edits, other.cause.edits, strict=False)
        edits = tuple(tuple(dict.fromkeys((*mine, *others))) for mine, others in pairs)
        return self if edits == self.cause.edits else replace(self, cause=replace(self.cause, edits=edits))

    @cached_property
    def key(self) -> tuple[object, ...]:
        """The same for those that are told alike."""
        told = (self.cause, self.mail, self.sureness, self.chosen, self.personal, self.address)
        return (*told, self.authors, self.origin, self.rule.place if self.rule else None)


@dataclass(frozen=True)
class Subject:
    """Somebody whose protection is asked for. kind: user, group, domain, condition or everybody; name: as a rule writes it.

    users: who that is. trouble: why it is nobody, or not known who. rule: that names it; off: it is switched off.
    """

    kind: str
    name: str
    users: tuple[MailUser, ...]
    trouble: Gap | None = None
    rule: str = ""
    off: bool = False


@dataclass(frozen=True)
class Seen:
    """What the walks show for one kind of recipient. ends: of the plain mail to it; gaps: of all mail."""

    ends: list[Disposition] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    @cached_property
    def inspected(self) -> bool:
        """Whether some mail is."""
        return any(end.delivery is not None and end.delivery.inspection.done is True for end in self.ends)

    @cached_property
    def verdict(self) -> str:
        """Of protection."""
        if self.flow in ("loop", "lost"):
            return IN_PART if self.inspected else NOT_INSPECTED
        if not any(end.kind == "delivered" for end in self.ends):
            return NOT_PROVED
        unknown = [item.sureness == "unknown" for item in self.gaps]
        if not self.gaps or all(unknown) or (any(unknown) and not self.inspected):
            return INSPECTED if not self.gaps and self.flow == "safe" else NOT_PROVED
        return IN_PART if self.inspected or any(end.kind == "unknown" for end in self.ends) else NOT_INSPECTED

    @property
    def gets_nothing(self) -> bool:
        """Whether all mail ends before the mailbox, as without the vendor: by a rule that redirects it, for instance."""
        return not self.gaps and bool(self.ends) and not any(end.counts for end in self.ends)

    @cached_property
    def flow(self) -> str:
        """The verdict on whether the plain mail arrives."""
        return worst(end.verdict for end in self.ends if end.counts)

    @property
    def held_up(self) -> bool:
        """Whether mail is certainly stranded, and not handed to somebody else."""
        stranded = [end for end in self.ends if end.kind == "stranded" and end.certain]
        return any(end.cause is None or end.cause.finding != "wrong-smart-host" for end in stranded)


def joined(alike: Iterable[Gap]) -> Gap:
    """The same way for several: what may help has to help all."""
    several = list(alike)
    return reduce(Gap.joined, several, several[0])


def of_all(verdicts: Iterable[str]) -> str:
    """What holds for several together."""
    found = set(verdicts)
    if len(found) == 1:
        return found.pop()
    return NOT_PROVED if IN_PART not in found and not {INSPECTED, NOT_INSPECTED} <= found else IN_PART
