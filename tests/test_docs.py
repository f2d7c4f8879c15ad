"""The documentation tells the truth: links lead somewhere, commands exist, both READMEs say the same."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]


def read(page: Path) -> str:
    """The text of a page."""
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_picture_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", read(page))
    local = [target for target in targets if not re.match(r"[a-z]+:", target)]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_the_newest_version_in_the_changelog_is_this_one() -> None:
    version = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]["version"]
    headings = re.findall(r"^## (\S+)", read(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == version


def test_both_readmes_show_the_same_commands_and_pictures() -> None:
    english, chinese = (
        (
            re.findall(r"^```.*?^```", read(page), re.MULTILINE | re.DOTALL),
            re.findall(r"^\| `([^`]+)`", read(page), re.MULTILINE),
            re.findall(r"!\[[^]]*\]\(([^)]+)\)", read(page)),
        )
        for page in READMES
    )
    assert english == chinese


@pytest.mark.parametrize("command", sorted(set(re.findall(r"^\| `kiosk ([a-z]+)", read(READMES[0]), re.MULTILINE))))
def test_every_command_in_the_readme_exists(command: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "kiosk", command, "--help"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert run.returncode == 0, run.stderr
