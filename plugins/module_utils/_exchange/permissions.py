# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking whether a cmdlet may be run, without any possibility that it acts.

The cmdlet is called with one parameter that no cmdlet has. The service refuses the parameter before it runs anything, but
only for a caller who may use the cmdlet; any other caller is refused as such (answers that others have published in July
2026; that the first check precedes everything is inferred). Only cmdlets that demand a parameter are asked for, so that not
even a service that overlooks the unknown one could act on the call. Pure.
"""

from __future__ import annotations

from .._resources.index import RESOURCES

PARAMETER = "AvananPermissionProbe"
REFUSAL = "AmbiguousParameterSetException"
"""The type of the exception with which the service refuses a parameter that it does not know."""

# The rules first: they are what the integration is about.
_CLASSES = sorted(RESOURCES, key=lambda resource: not resource.priority)

UNASKED = tuple(
    cmdlet
    for resource in _CLASSES
    if resource.singleton and not resource.identity
    for cmdlet in resource.writing_cmdlets()
)
"""Writing cmdlets of the collection that demand no parameter and are therefore never asked for."""

WRITING = tuple(
    cmdlet for resource in _CLASSES for cmdlet in resource.writing_cmdlets() if cmdlet not in UNASKED
)
"""The writing cmdlets that demand a parameter: an identity or a name."""

READING = tuple(
    cmdlet for resource in RESOURCES if resource.topic is None for cmdlet in resource.reading_cmdlets()
)
"""Reading cmdlets of which not a single object need be read to know."""


def verdict(exception_type: str | None, status: int | None, text: str) -> bool | None:
    """What a refusal of the question says: allowed, not allowed, or None when it says neither."""
    if (exception_type or "").endswith(REFUSAL):
        return True if PARAMETER.lower() in text.lower() else None
    return False if status == 403 else None
