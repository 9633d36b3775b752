# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked on the way of a message of who has written it, so that it is found again for others who are treated alike (8.1)."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from .._mail_flow_objects.decisions import Answer
from .._mail_flow_objects.headers import Headers
from .._mail_flow_objects.mail_user import MailUser
from .message import Message, MessageView, Source
from .rules import RuleSet
from .tenant import Tenant


class Authors:
    """Questions, each a number, and what those who have written messages answer."""

    def __init__(self, tenant: Tenant, rules: RuleSet) -> None:
        self._tenant = tenant
        self._rules = rules
        self._messages: dict[Hashable, Message] = {}
        self._questions: dict[tuple[Message, MessageView | Source], int] = {}
        self._listed: list[tuple[Message, MessageView | Source]] = []
        self._entries: dict[Hashable, int] = {}
        self._answers: dict[MailUser, dict[int, int]] = {}

    def of_rules(self, view: MessageView) -> int:
        """What the rules make of it; headers left aside."""
        message = self._first(view.message)
        return self._number((message, replace(view, message=message, headers=Headers())))

    def of_entry(self, message: Message, source: Source) -> int:
        """How it enters."""
        return self._number((self._first(message), source))

    def _first(self, message: Message) -> Message:
        return self._messages.setdefault(message.shape, message)

    def _number(self, question: tuple[Message, MessageView | Source]) -> int:
        if question not in self._questions:
            self._questions[question] = len(self._listed)
            self._listed.append(question)
        return self._questions[question]

    def answer(self, author: MailUser) -> Answer:
        """What somebody answers."""
        known = self._answers.setdefault(author, {})

        def answered(question: int) -> int:
            if question not in known:
                known[question] = self._answer(*self._listed[question], author)
            return known[question]

        return answered

    def _answer(self, message: Message, seen: MessageView | Source, author: MailUser) -> int:
        message = message.like(author)
        if isinstance(seen, MessageView):
            return self._rules.answers(replace(seen, message=message))
        attribution, _view = self._tenant.entered(message, seen, Headers())
        said = (attribution, message.origin.domain if attribution.tells_domain else "")
        return self._entries.setdefault(said, len(self._entries))
