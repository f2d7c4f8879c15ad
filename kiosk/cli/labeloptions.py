"""The options of `kiosk labels`. Their words are those of kiosk/office/labels, which only a command that runs loads."""

from pathlib import Path
from typing import Annotated, Final, Literal

import typer

OFFSET_MAX_MM: Final = 10.0

SheetOption = Annotated[
    Literal["3x7", "3x7-70", "3x8", "5x13"],
    typer.Option("--sheet", help="Columns x rows: 63.5 x 38.1, 70 x 42.3, 70 x 37 or 38.1 x 21.2 mm."),
]
StartOption = Annotated[int, typer.Option("--start", min=1, help="First free label of the first sheet, by rows.")]
FrameOption = Annotated[bool, typer.Option("--frame", help="Draw the labels' outlines, to check the printer.")]
RightOption = Annotated[
    float, typer.Option("--right", min=-OFFSET_MAX_MM, max=OFFSET_MAX_MM, help="Shift all to the right, in mm.")
]
UpOption = Annotated[float, typer.Option("--up", min=-OFFSET_MAX_MM, max=OFFSET_MAX_MM, help="Shift all up, in mm.")]
CodeOption = Annotated[Literal["code128", "code39"], typer.Option("--code", help="How barcodes are written.")]
BarcodeOption = Annotated[
    list[str] | None, typer.Option("--barcode", help="This item; may be given several times.", metavar="BARCODE")
]
FromOption = Annotated[str | None, typer.Option("--from", help="First barcode, included.", metavar="BARCODE")]
ToOption = Annotated[str | None, typer.Option("--to", help="Last barcode, included.", metavar="BARCODE")]
FileOption = Annotated[Path | None, typer.Option("--file", help="A text file, a barcode a line.", metavar="FILE")]
NewOption = Annotated[
    str | None, typer.Option("--new-since", help="Copies of titles added since this day.", metavar="DATE")
]
RegisterOption = Annotated[
    bool, typer.Option("--register", help="Make each number a card of its person, where it is none yet.")
]
BareOption = Annotated[bool, typer.Option("--without-cards", help="Only people who have no other card.")]
