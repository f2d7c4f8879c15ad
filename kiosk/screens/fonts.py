"""The Chinese font of the glass: Noto Sans CJK in Simplified forms, taken out of Debian's collection at set-up.

A `.ttc` that is opened by its file name gives its first face, the Japanese one, with other shapes of 骨, 直 and 角; so
the Simplified face is written to a file of its own, checked by its name, together with a list of what it can draw.
`python -m kiosk.screens.fonts extract [DEST]` does it; the glass only reads.
"""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FONT_DIR: Final = Path(__file__).resolve().parent.parent / "fonts"
SOURCE_DIRS: Final = (
    Path("/usr/share/fonts/opentype/noto"),
    Path("/usr/share/fonts/opentype/noto-cjk"),
    Path("/usr/share/fonts/noto-cjk"),
    Path("/usr/local/share/fonts"),
)
FAMILY: Final = "Noto Sans CJK SC"
STYLES: Final = ("Regular", "Bold")
COVERAGE_FILE: Final = "coverage.bin"
PLANES_CHARACTERS: Final = 0x40000
NAME_FAMILY_ID: Final = 1
# Tables for vertical setting and signatures, which a glass never uses; without them the face opens faster.
UNUSED_TABLES: Final = ("DSIG", "vhea", "vmtx", "VORG")


class FontMissing(Exception):
    """The Simplified Chinese font is not there or is not what it says. The message names the mend."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """The two files of the font and the characters that it can draw, one bit each."""

    regular: Path
    bold: Path
    coverage: bytes

    def covers(self, char: str) -> bool:
        """Whether the font has a glyph for `char`."""
        code = ord(char)
        return code < PLANES_CHARACTERS and bool(self.coverage[code >> 3] & 1 << (code & 7))


def font_file(folder: Path, style: str) -> Path:
    """Where the extracted face of `style` lies in `folder`."""
    return folder / f"NotoSansCJKsc-{style}.otf"


def font_paths(folder: Path = FONT_DIR) -> Fonts:
    """The extracted font. Raises `FontMissing`."""
    regular, bold = (font_file(folder, style) for style in STYLES)
    try:
        coverage = (folder / COVERAGE_FILE).read_bytes()
        whole = len(coverage) == PLANES_CHARACTERS // 8 and min(regular.stat().st_size, bold.stat().st_size) > 0
    except OSError:
        whole = False
    if not whole:
        raise FontMissing(f"{folder}: no Chinese font: run `python -m kiosk.screens.fonts extract`")
    fonts = Fonts(regular, bold, coverage)
    if not all(fonts.covers(char) for char in "骨直角借还，《"):
        raise FontMissing(f"{regular}: has no Chinese characters: run `python -m kiosk.screens.fonts extract`")
    return fonts


def collection(style: str, folders: Iterable[Path] = SOURCE_DIRS) -> Path:
    """Debian's `NotoSansCJK-<style>.ttc`. Raises `FontMissing`."""
    name = f"NotoSansCJK-{style}.ttc"
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    raise FontMissing(f"{name} not found: install the package fonts-noto-cjk")


def extract(dest: Path = FONT_DIR, folders: Iterable[Path] = SOURCE_DIRS) -> Fonts:
    """Writes the Simplified faces and the coverage into `dest`, each file whole or not at all; does nothing the second
    time. Raises `FontMissing` if the collection is not there or holds no Simplified face."""
    try:
        return font_paths(dest)
    except FontMissing:
        dest.mkdir(parents=True, exist_ok=True)
    sources = tuple(folders)
    codes: set[int] = set()
    for style in STYLES:
        codes = _extract_face(collection(style, sources), font_file(dest, style))
    bits = bytearray(PLANES_CHARACTERS // 8)
    for code in codes:
        if code < PLANES_CHARACTERS:
            bits[code >> 3] |= 1 << (code & 7)
    part = dest / (COVERAGE_FILE + ".part")
    part.write_bytes(bits)
    _settle(part)
    return font_paths(dest)


def _extract_face(source: Path, dest: Path) -> set[int]:
    """Copies the Simplified face of `source` to `dest`; gives the characters that it can draw."""
    from fontTools.ttLib import TTCollection  # the glass itself runs without fontTools

    with TTCollection(str(source), lazy=True) as faces:
        for face in faces.fonts:
            if face["name"].getDebugName(NAME_FAMILY_ID) != FAMILY:
                continue
            for table in UNUSED_TABLES:
                if table in face:
                    del face[table]
            face.recalcTimestamp = False
            part = dest.with_name(dest.name + ".part")
            face.save(str(part), reorderTables=None)
            codes = set(face.getBestCmap())
            _settle(part)
            return codes
    raise FontMissing(f"{source}: holds no face {FAMILY!r}")


def _settle(part: Path) -> None:
    """Takes a finished `.part` file into use, once it is on the disk."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(part.with_suffix(""))


def main(arguments: list[str]) -> int:
    """`extract [DEST]`: 0 fine, 1 no font, 2 wrong arguments."""
    if not arguments or arguments[0] != "extract" or len(arguments) > 2:
        print("usage: python -m kiosk.screens.fonts extract [DEST]", file=sys.stderr)
        return 2
    try:
        fonts = extract(Path(arguments[1]) if len(arguments) == 2 else FONT_DIR)
    except FontMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    print(f"{fonts.regular.parent}: {FAMILY}, {', '.join(STYLES)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
