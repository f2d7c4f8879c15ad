import io
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont as ReportlabFont
from reportlab.pdfbase.ttfonts import TTFontFace

from kiosk.office.labels.faces import MISSING, TEXT_CHARACTERS_MAX, Face, NoFont, Weight, make_faces, tidy
from tests.office.labels.runs import faces, font_files

RARE = "龘骉𠮷㐀々〇，。《》·"


def outlines_of(face: Face) -> TTFontFace:
    """What reportlab knows of it."""
    font = pdfmetrics.getFont(face.name)
    assert isinstance(font, ReportlabFont)
    outlines = font.face
    assert isinstance(outlines, TTFontFace)
    return outlines


def test_the_subset_has_every_character_that_is_needed_and_no_other() -> None:
    made = faces("萝卜回来了", RARE)
    for weight in Weight:
        assert set("萝卜回来了" + RARE + MISSING + "…aZ09") <= set(made[weight].widths)
        assert "张" not in made[weight].widths


def test_each_character_has_an_outline_of_its_own_in_both_faces() -> None:
    made = faces("萝卜骨直")
    for weight, face in made.items():
        outlines = outlines_of(face)
        glyphs = {char: outlines.charToGlyph[ord(char)] for char in "萝卜骨直"}
        assert len(set(glyphs.values())) == 4
        with TTFont(io.BytesIO(vars(outlines)["_ttf_data"])) as file:
            assert file["name"].getDebugName(6) == face.name  # else a PDF mixes the two up
            assert weight.title() in face.name
            table = file["glyf"]
            assert all(table[file.getBestCmap()[ord(char)]].numberOfContours > 0 for char in glyphs)


def test_a_second_run_in_the_same_process_has_its_own_characters() -> None:
    first, second = faces("甲")[Weight.BOLD], faces("乙")[Weight.BOLD]
    assert first.name != second.name
    assert ord("乙") in outlines_of(second).charToGlyph


def test_widths_are_those_of_the_font() -> None:
    face = faces("宽a")[Weight.REGULAR]
    assert face.width("宽宽") == pytest.approx(2.0)
    assert 0.4 < face.width("a") < 0.7
    assert face.width("宽") * 10 == pytest.approx(pdfmetrics.stringWidth("宽", face.name, 10), abs=0.01)


def test_what_the_font_lacks_stands_as_a_sign() -> None:
    assert faces("א张")[Weight.BOLD].drawable("א张") == MISSING + "张"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("\u202e三张\u202c", "三张"),
        ("a\x00b\x1b\x7fc", "a b c"),
        ("一\r\n二\u2028三\u3000四", "一 二 三 四"),
        ("葛\U000e0100城\ufe0f", "葛城"),
        ("e\u0301", "é"),
        ("=1+1", "=1+1"),
        ("\ufeff \u200b", ""),
        ("长" * 5000, "长" * TEXT_CHARACTERS_MAX),
    ],
)
def test_a_text_is_printed_without_what_cannot_be_seen(text: str, printed: str) -> None:
    assert tidy(text) == printed


@pytest.mark.parametrize("content", [None, b"", b"not a font", b"OTTO" + bytes(400)])
def test_a_file_that_is_no_font_is_one_line(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "font.otf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NoFont) as raised:
        make_faces({Weight.BOLD: path}, {Weight.BOLD: ["张"]})
    assert str(path) in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_the_fonts_of_the_glass_are_whole() -> None:
    assert set(font_files()) == set(Weight)
