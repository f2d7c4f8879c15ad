"""The file to mend: it can be opened in a spreadsheet, saved there and handed in again."""

import csv
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kiosk.office.tables.injection import escaped, kept_as_text, unescaped
from kiosk.office.tables.mend import REASON, write_refused
from tests.office.tables.files import rows

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@given(st.text(st.sampled_from("'=+-@\t\r0a张＝"), max_size=6) | st.text())
def test_every_text_comes_back_as_it_was_and_none_is_a_formula(text: str) -> None:
    for written in (escaped(text), kept_as_text(text)):
        assert unescaped(written) == text
        assert not written.startswith(DANGEROUS)


def test_a_file_to_mend_is_read_back_equal(tmp_path: Path) -> None:
    header = ("学号", "姓名", "班级", "备注", "原因")
    row = ("0012", '张"小",样', "=1+1", "@x\n第二行", "an old reason")
    write_refused(tmp_path / "mend.csv", header, [(row, "class =1+1 does not exist")])
    data = (tmp_path / "mend.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert (tmp_path / "mend.csv").stat().st_mode & 0o777 == 0o600
    header_written, _ = csv.reader(data.decode("utf-8-sig").splitlines(keepends=True))
    assert header_written == [*header[:4], REASON]
    (again,) = rows(tmp_path / "mend.csv")
    assert again.raw == (*row[:4], "class =1+1 does not exist")
