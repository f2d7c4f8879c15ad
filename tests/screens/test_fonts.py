"""The font of the glass draws Simplified forms, and says clearly when it is missing."""

import shutil
from pathlib import Path

import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTCollection, TTFont

from kiosk.screens.fonts import FAMILY, FontMissing, Fonts, collection, extract, font_file, font_paths, main


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Fonts:
    return extract(tmp_path_factory.mktemp("fonts"))


def outline(font: TTFont, char: str) -> list[object]:
    pen = RecordingPen()
    font.getGlyphSet()[font.getBestCmap()[ord(char)]].draw(pen)
    return list(pen.value)


@pytest.mark.parametrize("style", ["Regular", "Bold"])
def test_the_face_is_the_simplified_one(extracted: Fonts, style: str) -> None:
    path = font_file(extracted.regular.parent, style)
    with TTFont(str(path), lazy=True) as font:
        assert font["name"].getDebugName(1) == FAMILY


@pytest.mark.parametrize("char", "骨直角")
def test_the_forms_are_not_the_japanese_ones_that_the_collection_opens_with(extracted: Fonts, char: str) -> None:
    with (
        TTFont(str(extracted.regular), lazy=True) as font,
        TTCollection(str(collection("Regular")), lazy=True) as faces,
    ):
        assert outline(font, char) != outline(faces.fonts[0], char)


def test_the_coverage_is_that_of_the_font(extracted: Fonts) -> None:
    with TTFont(str(extracted.bold), lazy=True) as font:
        known = set(font.getBestCmap())
    for char in "骨夏洛的网《》，。A*（）☆〓𠮷\u05e9\U0001f42e":
        assert extracted.covers(char) is (ord(char) in known)
    assert extracted.covers("骨")
    assert not extracted.covers("\u05e9")


def test_only_whole_files_are_left(extracted: Fonts) -> None:
    names = {path.name for path in extracted.regular.parent.iterdir()}
    assert names == {"NotoSansCJKsc-Regular.otf", "NotoSansCJKsc-Bold.otf", "coverage.bin"}


def test_a_missing_font_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(FontMissing, match=r"kiosk\.screens\.fonts extract"):
        font_paths(tmp_path)


def test_a_half_written_font_is_made_anew(extracted: Fonts, tmp_path: Path) -> None:
    dest = tmp_path / "fonts"
    shutil.copytree(extracted.regular.parent, dest)
    (dest / "coverage.bin").write_bytes(b"")
    with pytest.raises(FontMissing):
        font_paths(dest)
    assert extract(dest).covers("骨")


def test_a_missing_collection_names_the_package(tmp_path: Path) -> None:
    with pytest.raises(FontMissing, match="fonts-noto-cjk"):
        extract(tmp_path / "fonts", folders=[tmp_path])


def test_the_command_knows_its_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw"]) == 2
    assert "usage" in capsys.readouterr().err
