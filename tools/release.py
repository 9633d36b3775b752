# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a release is made, one command a step; CONTRIBUTING.md says in which order.

  python tools/release.py home URL          say where the project lives, in galaxy.yml
  python tools/release.py prepare VERSION   set the version, write the changelog from the fragments
  python tools/release.py build [--tag T]   the package, in build/release; T must be the version
  python tools/release.py sign              sign its manifest with the key of gpg, and verify it as a user would

Standard library only.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

import package
from environments import ROOT, make, python

RELEASE = package.BUILD / "release"
_PLACEHOLDER = "https://example.com/"
# Besides the repository: what stands below it.
_BELOW = {"documentation": "/tree/main/docs", "homepage": "", "issues": "/issues"}


def with_home(galaxy: str, url: str) -> str:
    """galaxy.yml for a project at another address."""
    for name, rest in {"repository": "", **_BELOW}.items():
        galaxy = re.sub(rf"^{name}: .*$", f"{name}: {url.rstrip('/')}{rest}", galaxy, flags=re.MULTILINE)
    return galaxy


def with_version(galaxy: str, version: str) -> str:
    """galaxy.yml for another version."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise SystemExit(f"{version} is not a version such as 1.2.3.")
    return re.sub(r"^version: .*$", f"version: {version}", galaxy, flags=re.MULTILINE)


def _run(command: list[str], env: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _tool(name: str) -> str:
    return str(python("newest").parent / name)


def version() -> str:
    """The version of this checkout."""
    found = re.search(r"^version: (\S+)$", (ROOT / "galaxy.yml").read_text(), re.MULTILINE)
    return found[1] if found else ""


def prepare(wanted: str) -> None:
    """Version and changelog; run again, what has come since is added to the same release."""
    make("newest")
    galaxy = ROOT / "galaxy.yml"
    galaxy.write_text(with_version(galaxy.read_text(), wanted))
    constant = ROOT / "plugins" / "module_utils" / "_run" / "version.py"
    constant.write_text(
        re.sub(r'^VERSION = ".*"$', f'VERSION = "{wanted}"', constant.read_text(), flags=re.MULTILINE)
    )
    env = {"ANSIBLE_COLLECTIONS_PATH": str(package.link()), "PATH": f"{_tool('')}:{os.environ['PATH']}"}
    _run([_tool("antsibull-changelog"), "release", "--version", wanted, "--update-existing"], env)
    print(f"Version {wanted} is prepared. Read CHANGELOG.md, run make test, and commit.")


def build(tag: str) -> Path:
    """The package of a release, where it may be published."""
    if tag and tag.removeprefix("v") != version():
        raise SystemExit(f"The tag is {tag}, and galaxy.yml says {version()}.")
    if package.home().startswith(_PLACEHOLDER):
        raise SystemExit(
            "galaxy.yml does not say yet where the project lives: python tools/release.py home URL"
        )
    if list((ROOT / "changelogs" / "fragments").glob("*.yml")):
        raise SystemExit(
            "There are changelog fragments that no release has: python tools/release.py prepare VERSION"
        )
    make("newest")
    shutil.rmtree(RELEASE, ignore_errors=True)
    RELEASE.mkdir(parents=True)
    return Path(shutil.move(package.build(), RELEASE))


def sign(tarball: Path, gpg_home: Path | None = None) -> Path:
    """The detached signature of the package's manifest beside the package."""
    with tempfile.TemporaryDirectory() as scratch:
        manifest = Path(scratch) / "MANIFEST.json"
        with tarfile.open(tarball) as content:
            member = content.extractfile("MANIFEST.json")
            if member is None:
                raise SystemExit(f"{tarball} has no manifest.")
            manifest.write_bytes(member.read())
        signature = tarball.with_name(f"{tarball.name.removesuffix('.tar.gz')}-MANIFEST.json.asc")
        home = ["--homedir", str(gpg_home)] if gpg_home else []
        _run(
            [
                "gpg",
                *home,
                "--batch",
                "--yes",
                "--armor",
                "--output",
                str(signature),
                "--detach-sign",
                str(manifest),
            ]
        )
    return signature


def verify(tarball: Path, signature: Path, keyring: Path) -> None:
    """As a user would: install the package, and let Ansible compare every file with the signed manifest."""
    with tempfile.TemporaryDirectory() as scratch:
        where = package.install(tarball, Path(scratch) / "collections")
        command = [_tool("ansible-galaxy"), "collection", "verify", "avanan.office365", "--offline"]
        more = ["-p", str(where), "--signature", signature.resolve().as_uri(), "--keyring", str(keyring)]
        _run([*command, *more], {"ANSIBLE_COLLECTIONS_PATH": str(where)})


def _sign_release() -> None:
    tarball = next(RELEASE.glob("*.tar.gz"))
    signature, keyring = sign(tarball), RELEASE / "keyring.gpg"
    _run(["gpg", "--batch", "--yes", "--output", str(keyring), "--export"])
    verify(tarball, signature, keyring)
    print(f"Signed and verified: {tarball.name}")


def main() -> None:
    """Read the command, do it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    steps = parser.add_subparsers(dest="step", required=True)
    steps.add_parser("home").add_argument("url")
    steps.add_parser("prepare").add_argument("version")
    steps.add_parser("build").add_argument("--tag", default="")
    steps.add_parser("sign")
    given = parser.parse_args()
    if given.step == "home":
        galaxy = ROOT / "galaxy.yml"
        galaxy.write_text(with_home(galaxy.read_text(), given.url))
    elif given.step == "prepare":
        prepare(given.version)
    elif given.step == "build":
        print(build(given.tag).relative_to(ROOT))
    else:
        _sign_release()


if __name__ == "__main__":
    main()
