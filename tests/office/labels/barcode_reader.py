"""Reads barcodes back from the widths of their elements, with tables of its own (ISO/IEC 15417 and 16388)."""

from collections.abc import Sequence

_WIDTHS_128 = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232"
)
WIDTHS_128 = _WIDTHS_128.split()
STOP_128 = "2331112"
START = {103: "A", 104: "B", 105: "C"}
SWITCH = {"A": {100: "B", 99: "C"}, "B": {101: "A", 99: "C"}, "C": {101: "A", 100: "B"}}

# Code 39: which of the nine elements are wide.
WIDE_39 = {
    "1": "100100001", "2": "001100001", "3": "101100000", "4": "000110001", "5": "100110000", "6": "001110000",
    "7": "000100101", "8": "100100100", "9": "001100100", "0": "000110100", "A": "100001001", "B": "001001001",
    "C": "101001000", "D": "000011001", "E": "100011000", "F": "001011000", "G": "000001101", "H": "100001100",
    "I": "001001100", "J": "000011100", "K": "100000011", "L": "001000011", "M": "101000010", "N": "000010011",
    "O": "100010010", "P": "001010010", "Q": "000000111", "R": "100000110", "S": "001000110", "T": "000010110",
    "U": "110000001", "V": "011000001", "W": "111000000", "X": "010010001", "Y": "110010000", "Z": "011010000",
    "-": "010000101", ".": "110000100", " ": "011000100", "$": "010101000", "/": "010100010", "+": "010001010",
    "%": "000101010", "*": "010010100",
}  # fmt: skip


def read_128(widths: Sequence[float]) -> str:
    """The text of a Code 128 from bar, space, bar … in modules; checks its check character."""
    digits = "".join(str(round(width)) for width in widths)
    assert digits.endswith(STOP_128)
    body = digits[: -len(STOP_128)]
    assert len(body) % 6 == 0
    values = [WIDTHS_128.index(body[at : at + 6]) for at in range(0, len(body), 6)]
    *values, check = values
    assert check == (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    text, code_set = "", START[values[0]]
    for value in values[1:]:
        if value in SWITCH[code_set]:
            code_set = SWITCH[code_set][value]
        elif code_set == "C":
            text += f"{value:02}"
        else:
            assert value < 96
            text += chr(value + 32) if code_set == "B" or value < 64 else chr(value - 64)
    return text


def read_39(widths: Sequence[float]) -> str:
    """The text of a Code 39, which begins and ends with `*`."""
    assert (len(widths) + 1) % 10 == 0
    known = {pattern: char for char, pattern in WIDE_39.items()}
    text = ""
    for at in range(0, len(widths), 10):
        text += known["".join("1" if width > 1.5 else "0" for width in widths[at : at + 9])]
        assert all(abs(gap - 1) < 0.01 for gap in widths[at + 9 : at + 10])
    assert text[0] == text[-1] == "*"
    assert "*" not in text[1:-1]
    return text[1:-1]
