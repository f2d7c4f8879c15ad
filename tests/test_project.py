"""The project's own files: the locks, the set-up script, the shape of the code.

The rule kept: what is installed is pinned by hash, and no file of the set-up says where packages come from; that is the
machine's business.
"""

import ast
import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
MODULES = sorted((ROOT / "kiosk").rglob("*.py"))
MODULE_LINES_MAX = 350
FUNCTION_LINES_MAX = 70
Deploy = Callable[..., subprocess.CompletedProcess[str]]
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}


def pinned(lock: Path) -> dict[str, str]:
    """Package → version, as one lock has it."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE))


def asked_for(*, with_tools: bool) -> set[str]:
    """The packages that pyproject.toml names, in the locks' spelling."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines: list[str] = list(project["dependencies"])
    if with_tools:
        lines += project["optional-dependencies"]["dev"]
    return {re.split(r"[<>=~!;\[ ]", line)[0].lower() for line in lines}


@pytest.fixture
def deploy(tmp_path: Path) -> Deploy:
    """Calls a copy of the set-up script, so that even a wrong one leaves this checkout alone."""
    shutil.copy(ROOT / "deploy.sh", tmp_path)
    (tmp_path / "tests/full").mkdir(parents=True)
    (tmp_path / "tests/full/bare.sh").touch()
    (tmp_path / "tests/outside.sh").touch()

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [tmp_path / "deploy.sh", *arguments], capture_output=True, text=True, check=False, timeout=30
        )

    return call


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_locked_package_has_a_version_and_a_hash(lock: Path) -> None:
    entries = lock.read_text(encoding="utf-8").replace("\\\n", "").splitlines()
    assert entries
    for entry in entries:
        assert re.fullmatch(r"[a-z0-9-]+==[^ ]+( ; [^#]+?)?(\s+--hash=sha256:[0-9a-f]{64})+", entry), entry


def test_the_locks_agree_with_each_other() -> None:
    runtime, test = pinned(ROOT / "requirements/runtime.lock"), pinned(ROOT / "requirements/test.lock")
    assert runtime.items() <= test.items()


def test_whatever_pyproject_asks_for_is_locked() -> None:
    source = pinned(ROOT / "requirements/source.lock")
    assert asked_for(with_tools=False) <= pinned(ROOT / "requirements/runtime.lock").keys() | source.keys()
    assert asked_for(with_tools=True) <= pinned(ROOT / "requirements/test.lock").keys() | source.keys()


def test_whatever_pyproject_asks_for_has_a_reason_in_the_documentation() -> None:
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8").lower()
    tables = "\n".join(line.split("|")[1] for line in page.splitlines() if line.startswith("|"))
    assert {name for name in asked_for(with_tools=True) if not re.search(rf"\b{re.escape(name)}\b", tables)} == set()


def test_the_set_up_script_without_a_command_explains_itself(deploy: Deploy) -> None:
    run = deploy()
    assert run.returncode == 2
    assert "./deploy.sh COMMAND" in run.stderr


def test_an_unknown_command_of_the_set_up_script_is_wrong_usage(deploy: Deploy) -> None:
    run = deploy("destroy")
    assert run.returncode == 2
    assert "Usage" in run.stderr


@pytest.mark.parametrize("part", [(), ("no-such-part",), ("../outside",)])
def test_an_unknown_long_check_is_answered_with_the_list(deploy: Deploy, part: tuple[str, ...]) -> None:
    run = deploy("test", "--full", *part)
    assert run.returncode == 2
    assert run.stderr.endswith("one of these parts: bare\n")


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(ROOT)))
def test_a_module_is_short_and_says_what_it_is_for(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree) or not text
    assert len(text.splitlines()) <= MODULE_LINES_MAX
    assert module.stem not in VAGUE_NAMES
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or node.lineno) - node.lineno < FUNCTION_LINES_MAX, node.name
