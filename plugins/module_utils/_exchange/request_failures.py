# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an exception of requests means, without the objects that it names."""

from __future__ import annotations

import re


def reason(error: BaseException) -> str:
    """The innermost cause of a failed request, such as "ConnectionRefusedError: [Errno 111] Connection refused"."""
    cause: object = error
    seen: set[int] = set()
    while id(cause) not in seen:
        seen.add(id(cause))
        inner = getattr(cause, "reason", None)
        arguments = [item for item in getattr(cause, "args", ()) if isinstance(item, BaseException)]
        following = [inner] if isinstance(inner, BaseException) else arguments
        known = [getattr(cause, "__cause__", None), getattr(cause, "__context__", None)]
        following += [item for item in known if isinstance(item, OSError)]
        cause = next((item for item in following if id(item) not in seen), cause)
    text = re.sub(r"\s+", " ", str(cause))[:300]
    return f"{type(cause).__name__}: {text}".rstrip(": .")
