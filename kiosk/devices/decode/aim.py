"""AIM symbology identifiers: `]cm` in front of a scan says which kind of barcode it was (ISO/IEC 15424).

The identifier is taken off, and with it what only that kind of barcode has: Codabar's start and stop letters, Code 39's
stars, the add-on of an EAN. Without an identifier nothing is taken off. `]X0` is a different thing at every maker
(Bookland at Datalogic, China Post at Cino), so nothing follows from it.

>>> without_aim("]E09771234567003]E112"), without_aim("]F0A30234000517861B"), without_aim("]A0*123XYZ*")
('9771234567003', '30234000517861', '123XYZ')
>>> without_aim("]X0" + "7101003044"), without_aim("A30234000517861B")
('7101003044', 'A30234000517861B')
"""

import re
from typing import Final

IDENTIFIER: Final = re.compile(r"\]([A-Za-z])([0-9A-Za-z])")
EAN_DIGITS: Final = 13
EAN_WITH_ADD_ON: Final = frozenset({EAN_DIGITS + 2, EAN_DIGITS + 5})
CODABAR_ENDS: Final = frozenset("ABCDabcd")


def without_aim(text: str) -> str:
    """`text` without its AIM identifier and without what goes with it."""
    found = IDENTIFIER.match(text)
    if found is None:
        return text
    data = text[found.end() :]
    match found[1]:
        case "A":
            return _without_ends(data, frozenset("*"))
        case "E":
            return _first_ean(data, found[2])
        case "F":
            return _without_ends(data, CODABAR_ENDS)
        case _:
            return data


def _first_ean(data: str, modifier: str) -> str:
    """The code without its add-on, which follows behind an identifier of its own, or (`]E3`) at once."""
    first = data.partition("]")[0]
    return first[:EAN_DIGITS] if modifier == "3" and len(first) in EAN_WITH_ADD_ON else first


def _without_ends(data: str, ends: frozenset[str]) -> str:
    """`data` without its first and last character where both are of `ends`."""
    return data[1:-1] if len(data) > 2 and data[0] in ends and data[-1] in ends else data
