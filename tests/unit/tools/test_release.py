# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is released: a package with the right files and links, signed, and verified as a user would."""

from __future__ import annotations

import fnmatch
import json
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import docs_site
import package
import pytest
import release
import yaml

from tests.conftest import ROOT

GALAXY = (ROOT / "galaxy.yml").read_text()
# What a user gets. Whatever comes beside it is decided here, in build_ignore of galaxy.yml or not at all.
_SHIPPED = {
    "CHANGELOG.md",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "MAINTAINERS",
    "README.md",
    "SECURITY.md",
    "bindep.txt",
    "changelogs",
    "collections",
    "docs",
    "execution-environment.yml",
    "extensions",
    "galaxy.yml",
    "meta",
    "playbooks",
    "plugins",
    "requirements.txt",
    "roles",
    "tests/config.yml",
}
_SECTIONS = (
    "Description",
    "Requirements",
    "Installation",
    "Use cases",
    "Testing",
    "Support",
    "Release notes",
    "Related information",
    "License information",
)


def _kept() -> Iterator[str]:
    """The top names of the package, and those below tests."""
    ignored = yaml.safe_load(GALAXY)["build_ignore"]
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in listed.splitlines():
        parts = Path(name).parts
        paths = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
        if not any(fnmatch.fnmatch(path, pattern) for path in paths for pattern in ignored):
            yield "/".join(parts[:2]) if parts[0] == "tests" else parts[0]


def test_nothing_ships_by_accident() -> None:
    assert set(_kept()) <= _SHIPPED


def test_everything_about_the_home_is_in_one_place() -> None:
    home = package.home()
    metadata = yaml.safe_load(GALAXY)
    assert all(metadata[name].startswith(home) for name in ("documentation", "homepage", "issues"))
    moved = yaml.safe_load(release.with_home(GALAXY, "https://code.example.org/a/b/"))
    assert moved["repository"] == moved["homepage"] == "https://code.example.org/a/b"
    assert moved["issues"] == "https://code.example.org/a/b/issues"
    assert {
        **metadata,
        **{name: moved[name] for name in ("repository", "documentation", "homepage", "issues")},
    } == moved


def test_a_release_without_a_home_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "home", lambda: "https://example.com/a/b")
    with pytest.raises(SystemExit, match="where the project lives"):
        release.build("")


def test_a_tag_must_be_the_version() -> None:
    with pytest.raises(SystemExit, match="The tag is v0.0.0"):
        release.build("v0.0.0")


def test_a_version_has_three_numbers() -> None:
    assert "\nversion: 2.0.1\n" in release.with_version(GALAXY, "2.0.1")
    with pytest.raises(SystemExit):
        release.with_version(GALAXY, "2.0")


def test_the_readme_has_what_certification_asks_for() -> None:
    text = (ROOT / "README.md").read_text()
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == list(_SECTIONS)
    assert "pip install ansible" not in text


def test_links_of_the_packaged_readme_are_absolute_and_lead_to_files() -> None:
    home = "https://code.example.org/a/b"
    text = package.with_absolute_links((ROOT / "README.md").read_text(), home)
    links = package.LINK.findall(text)
    assert links == []
    assert f"]({home}/blob/main/docs/tutorial.md)" in text
    assert f"]({home}/raw/main/docs/images/runbook.png)" in text


def test_examples_come_before_options() -> None:
    page = "Title\n\n.. Options\n\nO\n\n.. Examples\n\nE\n\n.. Return values\n\nR\n"
    assert (
        docs_site.examples_first(page)
        == "Title\n\n.. Examples\n\nE\n\n.. Options\n\nO\n\n.. Return values\n\nR\n"
    )


@pytest.fixture
def key() -> Iterator[Path]:
    """A home of gpg with a key for tests; short, because its sockets are in it."""
    with tempfile.TemporaryDirectory(prefix="g") as folder:
        gpg = ["gpg", "--homedir", folder, "--batch"]
        made = [
            *gpg,
            "--passphrase",
            "",
            "--quick-generate-key",
            "Test <test@example.com>",
            "ed25519",
            "sign",
            "never",
        ]
        subprocess.run(made, check=True, capture_output=True)
        subprocess.run(
            [*gpg, "--output", f"{folder}/public.gpg", "--export"], check=True, capture_output=True
        )
        yield Path(folder)
        subprocess.run(["gpgconf", "--homedir", folder, "--kill", "all"], check=True, capture_output=True)


def _package(folder: Path) -> Path:
    """A small package of the same name, built by ansible-galaxy."""
    source = folder / "source"
    (source / "meta").mkdir(parents=True)
    shutil.copy(ROOT / "meta" / "runtime.yml", source / "meta")
    shutil.copy(ROOT / "LICENSE", source)
    (source / "README.md").write_text("# Test\n")
    (source / "galaxy.yml").write_text(GALAXY)
    release._run(
        [release._tool("ansible-galaxy"), "collection", "build", str(source), "--output-path", str(folder)]
    )
    return next(folder.glob("*.tar.gz"))


@pytest.mark.skipif(not shutil.which("gpg"), reason="gpg is not on this machine")
def test_a_signed_package_is_verified_and_a_changed_one_refused(tmp_path: Path, key: Path) -> None:
    tarball = _package(tmp_path)
    signature = release.sign(tarball, key)
    release.verify(tarball, signature, key / "public.gpg")
    with tarfile.open(tarball) as content:
        content.extractall(tmp_path / "changed", filter="data")
    manifest = tmp_path / "changed" / "MANIFEST.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": 1}, indent=7))
    other = tmp_path / "other" / tarball.name
    other.parent.mkdir()
    with tarfile.open(other, "w:gz") as content:
        for file in sorted((tmp_path / "changed").iterdir()):
            content.add(file, file.name)
    with pytest.raises(SystemExit, match="signature"):
        release.verify(other, signature, key / "public.gpg")
