"""The documentation tells the truth: links lead somewhere, commands exist, both READMEs say the same."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from kiosk.app.outputs import refuse_half_a_drop_point
from kiosk.cli.app import app
from kiosk.devices.decode.cardnumbers import CardFormat, card_text
from kiosk.devices.decode.framing import Trouble
from kiosk.devices.decode.protocols import PROTOCOLS
from kiosk.devices.readers import DRIVERS, problem
from kiosk.devices.rfid.security import Undone
from kiosk.runtime.reader import Why
from kiosk.settings import parse_settings

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
READERS = ROOT / "docs" / "readers"
BLOCKS = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def read(page: Path) -> str:
    """The text of a page."""
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_picture_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", read(page))
    local = [target for target in targets if not re.match(r"[a-z]+:", target)]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_into_a_page_leads_to_a_heading(page: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#\s]*)#([^)]+)\)", read(page)):
        headings = re.findall(r"^#+ (.*)$", read(page.parent / target if target else page), re.MULTILINE)
        assert anchor in [re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings]


def test_every_picture_is_shown_somewhere() -> None:
    shown = {
        (page.parent / target).resolve()
        for page in PAGES
        for target in re.findall(r"!\[[^]]*\]\(([^)]+)\)", read(page))
    }
    assert set((ROOT / "docs/pictures").glob("*")) - shown == set()


def blocks(language: str) -> Iterator[tuple[Path, str]]:
    """Every block of code in `language`, with its page."""
    for page in PAGES:
        for found, text in BLOCKS.findall(read(page)):
            if found == language:
                yield page, text


@pytest.mark.parametrize(("page", "text"), [pytest.param(*found, id=found[0].stem) for found in blocks("toml")])
def test_every_example_of_settings_would_be_taken(page: Path, text: str) -> None:
    settings = parse_settings(text, page.name)
    refuse_half_a_drop_point(settings)
    assert [problem(reader) for reader in settings.readers.values() if reader.kind] == [None] * len(settings.readers)


@pytest.mark.parametrize("kind", DRIVERS)
def test_every_kind_of_reader_has_its_page_with_an_example_wiring_quirks_and_how_to_check_it(kind: str) -> None:
    text = read(READERS / f"{kind}.md")
    assert text.startswith("# ")
    assert f'kind = "{kind}"' in text.partition("\n")[0]
    for head in ("What it is", "Wiring", "Quirks", "Check it"):
        assert re.search(rf"^\*\*{head}[.,]", text, re.MULTILINE), head
    assert any(page.stem == kind and f'kind = "{kind}"' in block for page, block in blocks("toml"))
    assert f"readers/{kind}.md" in read(ROOT / "docs/readers.md")


def test_the_forms_of_card_numbers_are_those_that_the_kiosk_makes() -> None:
    cards = [bytes.fromhex("078CFC4F"), bytes.fromhex("62E3086CED")]
    rows = [line.split("|")[1:-1] for line in read(READERS / "cards.md").splitlines() if line.count("|") == 5]
    told = {name.strip(" `"): [number.strip(" `") or None for number in numbers] for name, _, *numbers in rows[2:]}
    assert told == {str(form): [card_text(card, form) for card in cards] for form in CardFormat}


@pytest.mark.parametrize("why", [*Why, *Undone])
def test_every_reason_for_which_a_part_is_down_is_explained(why: str) -> None:
    assert f"`{why}`" in read(ROOT / "docs/readers.md")


@pytest.mark.parametrize("why", Trouble)
def test_every_reason_for_which_a_scan_is_dropped_is_explained(why: str) -> None:
    assert any(f"`{why}`" in read(page) for page in (ROOT / "docs").rglob("*.md"))


def test_every_protocol_that_can_be_decoded_is_listed() -> None:
    assert [name for name in PROTOCOLS if f"`{name}`" not in read(ROOT / "docs/readers.md")] == []


def limits() -> Iterator[tuple[str, str]]:
    """The names in the last column of every table of limits, each with the row's values."""
    for page in (ROOT / "docs").rglob("*.md"):
        for table in re.findall(
            r"^\| (?:limit|what) \|.*\| name \|\n\|[-|]+\|\n((?:\|.*\n)+)", read(page), re.MULTILINE
        ):
            for row in table.splitlines():
                *_, values, names, _ = row.split("|")
                yield from ((name, values) for name in re.findall(r"`([A-Z][A-Z_\d]+)`", names))


def test_every_limit_has_the_value_that_the_code_gives_it() -> None:
    code = "\n".join(read(module) for module in (ROOT / "kiosk").rglob("*.py"))
    told = list(limits())
    assert len(told) > 20
    for name, values in told:
        given = {
            float(value.replace("_", "")) for value in re.findall(rf"^{name}\b[^=]*= ([\d._]+)", code, re.MULTILINE)
        }
        assert given & {float(value) for value in NUMBER.findall(values)}, f"{name}: {given}, told are {values}"


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


def commands() -> dict[str, TyperCommand]:
    """Every command by its words: `check`, `tag read`."""
    found: dict[str, TyperCommand] = {}
    waiting: list[tuple[str, object]] = [("", typer.main.get_command(app))]
    while waiting:
        words, command = waiting.pop()
        if isinstance(command, TyperGroup):
            waiting += [(f"{words} {name}".strip(), each) for name, each in command.commands.items()]
        else:
            assert isinstance(command, TyperCommand)
            found[words] = command
    return found


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_every_command_is_in_the_readme(page: Path) -> None:
    known = {words.partition(" ")[0] for words in commands()}
    assert known - set(re.findall(r"^\| `kiosk ([a-z-]+)", read(page), re.MULTILINE)) == set()


@pytest.mark.parametrize("page", [page for page in PAGES if page.stem != "semantics"], ids=lambda page: page.stem)
def test_every_command_in_the_documentation_exists_with_its_options(page: Path) -> None:
    """But for semantics.md, which is the agreement and runs ahead."""
    lines = re.findall(r"`(?:\S*/)?kiosk ([^`\n]+)`", read(page))
    for _, text in BLOCKS.findall(read(page)):
        lines += re.findall(r"^(?:\$ )?(?:sudo -u kiosk )?(?:\S*/)?kiosk ([^=#\n][^#\n]*)", text, re.MULTILINE)
    known = commands()
    groups = {name.partition(" ")[0] for name in known if " " in name}
    for line in lines:
        words = line.split()
        name = next((" ".join(words[:size]) for size in (2, 1) if " ".join(words[:size]) in known), "")
        assert name or (len(words) == 1 and words[0] in groups), line
        taken = {"--help"} | {option for each in (known[name].params if name else []) for option in each.opts}
        assert {word for word in words if word.startswith("--")} <= taken, line


def test_the_readme_s_first_command_explains_itself() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "kiosk", "demo", "--help"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert run.returncode == 0, run.stderr
