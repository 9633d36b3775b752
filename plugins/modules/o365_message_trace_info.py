#!/usr/bin/python
# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: o365_message_trace_info
short_description: Look at message traces, and whether mail went through the vendor
version_added: 1.0.0
description:
  - Lists the messages that passed through Exchange Online in a span of time, newest first, each once for each recipient.
  - With O(vendor_addresses) it also says for each recipient what the traces tell about the mail flow. A message that the vendor
    inspects is seen twice, first from outside, then from one of the vendor's addresses.
  - That is evidence, not proof. A trace says where a message came from, not what was done to it on the way.
author:
  - avanan.office365 contributors (!UNKNOWN)
options:
  sender_addresses:
    description:
      - Messages from any of these senders.
    type: list
    elements: str
    default: []
  recipient_addresses:
    description:
      - Messages to any of these recipients. With O(vendor_addresses), messages to any address of theirs.
    type: list
    elements: str
    default: []
  message_ids:
    description:
      - Messages with any of these values of the header field Message-ID, angle brackets included.
    type: list
    elements: str
    default: []
  status:
    description:
      - Messages with any of these states of delivery.
    type: list
    elements: str
    choices: [Delivered, Expanded, Failed, FilteredAsSpam, GettingStatus, Pending, Quarantined]
    default: []
  from_ip:
    description:
      - Messages that came from this IP address.
    type: str
  start:
    description:
      - Begin of the span, in ISO 8601 such as V(2026-11-25T10:00:00Z); without an offset it is UTC. Not more than 90 days back.
      - 48 hours before O(end) unless given. Of more than 10 days the service is asked in parts.
    type: str
  end:
    description:
      - End of the span, in the same form; now unless given.
    type: str
  limit:
    description:
      - How many messages to list at most, the newest ones. A warning says when there are more.
      - The service accepts 100 requests of up to 5000 messages each in 5 minutes; a list ends there in any case.
    type: int
    default: 5000
  vendor_addresses:
    description:
      - The vendor's IP addresses, blocks and ranges from which inspected mail comes back; this adds RV(evidence).
      - Excludes O(from_ip) and O(status), which would hide one half of what is to be compared.
    type: list
    elements: str
    default: []
  changed_at:
    description:
      - When the configuration was changed, in the form of O(start). Older mail then says nothing in RV(evidence).
    type: str
  settle_minutes:
    description:
      - How long after O(changed_at) the change may take to act; until then, mail that was delivered directly says nothing.
    type: float
    default: 60.0
extends_documentation_fragment:
  - avanan.office365.connection
  - avanan.office365.attributes.info
seealso:
  - module: avanan.office365.o365_info
  - name: Get-MessageTraceV2
    description: The cmdlet, in Microsoft's reference.
    link: https://learn.microsoft.com/powershell/module/exchangepowershell/get-messagetracev2
"""

EXAMPLES = r"""
- name: See whether mail of the pilot users went through the vendor
  avanan.office365.o365_message_trace_info:
    recipient_addresses: [alice@example.com, bob@example.com]
    vendor_addresses: [35.174.145.124, 44.211.178.96/28]
    changed_at: "2026-11-25T10:00:00Z"
  register: traces

- name: Show it
  ansible.builtin.debug:
    msg: "{{ traces.evidence | avanan.office365.trace_lines }}"

- name: List what failed in the last ten days
  avanan.office365.o365_message_trace_info:
    start: "{{ '%Y-%m-%dT%H:%M:%SZ' | strftime(now().timestamp() - 10 * 86400, utc=true) }}"
    status: [Failed]
"""

RETURN = r"""
messages:
  description: The messages, newest first.
  returned: success
  type: list
  elements: dict
  contains:
    message_trace_id:
      description: The service's id of the message.
      type: str
    message_id:
      description: Header field Message-ID.
      type: str
    received:
      description: When the service received it, in UTC.
      type: str
    sender_address:
      description: The sender.
      type: str
    recipient_address:
      description: The recipient.
      type: str
    from_ip:
      description: The address that it came from.
      type: str
    to_ip:
      description: The address that it was sent to; empty for mail that stays in the organization.
      type: str
    subject:
      description: The subject.
      type: str
    status:
      description: State of delivery.
      type: str
    size:
      description: Size in bytes.
      type: int
complete:
  description: Whether these are all messages that were asked for.
  returned: success
  type: bool
start:
  description: Begin of the span.
  returned: success
  type: str
end:
  description: End of the span.
  returned: success
  type: str
requests:
  description: How many requests it took.
  returned: success
  type: int
evidence:
  description:
    - What the traces say for each of O(recipient_addresses), or else for each recipient of the organization that was seen.
  returned: when O(vendor_addresses)
  type: list
  elements: dict
  contains:
    user:
      description: The recipient.
      type: str
    verdict:
      description:
        - V(inline) when mail from outside went to the vendor and came back, V(direct) when it was delivered and never came back,
          V(nothing_seen) when there was none, and V(unclear) when both happened or neither can be told.
      type: str
    conclusion:
      description: The verdict in words, with the number of messages.
      type: str
    evidence:
      description: Up to 20 messages that it rests on, the weightiest first.
      type: list
      elements: dict
      contains:
        message_id:
          description: Header field Message-ID.
          type: str
        sender:
          description: The sender.
          type: str
        received:
          description: When the service received it first, in UTC.
          type: str
        sign:
          description:
            - What it is a sign of; V(inline) and V(direct) as above, V(repeated) of a loop, V(left) of mail that the vendor may have kept.
            - V(elsewhere) of mail that came in again from an address that is not the vendor's, as when the addresses are of the wrong region.
            - V(returned), V(waiting), V(early) and V(undelivered) say nothing either way.
          type: str
        what:
          description: What was seen, in words.
          type: str
error:
  description: The parts of the message, with the service's own words, the cmdlet and the request id.
  returned: failure
  type: dict
"""

from ..module_utils._module import run
from ..module_utils._read.message_trace import TASK


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
