# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file in which a controller (AWX 24.6) gives extra variables to a job: every text, also of keys, is tagged as not to be a template."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    """Tags texts."""

    def represent_data(self, data: Any) -> Any:
        return (
            self.represent_scalar("!unsafe", data) if isinstance(data, str) else super().represent_data(data)
        )

    def ignore_aliases(self, data: Any) -> bool:
        return True


def written(file: Path, values: Mapping[str, Any], own: Mapping[str, Any] | None = None) -> list[str]:
    """The arguments for ansible-playbook. own: the variables of the job template itself, which are not tagged."""
    tagged = yaml.dump(dict(values), Dumper=_Dumper, default_flow_style=False, width=10**6) if values else ""
    file.write_text(tagged + (yaml.safe_dump(dict(own)) if own else ""))
    return ["-e", f"@{file}"]
