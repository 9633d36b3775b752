# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a cmdlet fails."""

from __future__ import annotations


class CmdletError(Exception):
    """A failed cmdlet: exception type and words, as they come back in the body."""

    def __init__(self, kind: str, text: str, status: int = 400, *, binding: bool = False) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.status = status
        self.binding = binding


_BINDING = "Microsoft.Exchange.AdminApi.CommandInvocation."


def not_found(identity: object) -> CmdletError:
    return CmdletError(
        "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException",
        f"The operation couldn't be performed because object '{identity}' couldn't be found on "
        "'AM0PR01A001DC01.EURPR01A001.PROD.OUTLOOK.COM'.",
        404,
    )


def unknown_parameters(names: list[str]) -> CmdletError:
    return CmdletError(
        f"{_BINDING}AmbiguousParameterSetException",
        "Parameter set cannot be resolved using the specified named parameters. "
        f"Invalid cmdlet parameters specified. {','.join(names)}",
        binding=True,
    )


def bad_value(parameter: str, value: object, kind: str, why: str = "") -> CmdletError:
    shown = "System.Collections.Generic.List`1[System.String]" if isinstance(value, list) else value
    text = f'Cannot process argument transformation on parameter \'{parameter}\'. Cannot convert value "{shown}" to type "{kind}".'
    return CmdletError(
        f"{_BINDING}ParameterTransformationException",
        text + (f' Error: "{why}"' if why else ""),
        binding=True,
    )


def missing(parameter: str) -> CmdletError:
    return CmdletError(
        "System.Management.Automation.ParameterBindingException",
        f"Cannot process command because of one or more missing mandatory parameters: {parameter}.",
        binding=True,
    )


def argument(text: str, parameter: str = "") -> CmdletError:
    return CmdletError("System.ArgumentException", f"{text} (Parameter '{parameter}')" if parameter else text)


def invalid_operation(text: str) -> CmdletError:
    return CmdletError("System.InvalidOperationException", text)


def invalid_data(text: str) -> CmdletError:
    return CmdletError("Microsoft.Exchange.Data.DataValidationException", text)


def management(kind: str, text: str) -> CmdletError:
    return CmdletError(f"Microsoft.Exchange.Management.Tasks.{kind}", text)
