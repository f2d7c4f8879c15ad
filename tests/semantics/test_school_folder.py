"""A school's folder: what is taken, what is refused by file and line, and what the folder may leave out."""

import json
from pathlib import Path

import pytest

from tests.semantics.school import Done, Folder, Trace, command, last, run, simple


def imported(folder: Folder) -> Done:
    """`kiosk import school` into a database of its own."""
    data = folder.path.with_name("data")
    data.mkdir(exist_ok=True)
    settings = data / "kiosk.toml"
    settings.write_text(f'data = "{data}"\n', "utf-8")
    return command("import", "school", folder.write(), "--settings", settings)


def test_a_good_folder_is_taken(tmp_path: Path) -> None:
    done = imported(simple(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")


def test_people_and_items_are_enough(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "school").teacher("T1").book("B1")
    assert imported(folder).returncode == 0
    assert last(folder, Trace().card("T1").scan("B1")).kinds == ["lent"]


@pytest.mark.parametrize("file", ["people.csv", "items.csv"])
def test_people_and_items_are_needed(tmp_path: Path, file: str) -> None:
    folder = simple(tmp_path)
    (folder.write() / file).unlink()
    folder.rows.pop(file)
    folder.texts.pop(file, None)
    data = tmp_path / "data"
    data.mkdir()
    (data / "kiosk.toml").write_text(f'data = "{data}"\n', "utf-8")
    done = command("import", "school", folder.path, "--settings", data / "kiosk.toml")
    assert done.returncode == 1
    assert file in done.stderr


def test_a_number_used_twice(tmp_path: Path) -> None:
    done = imported(simple(tmp_path).pupil("1", cards="OTHER"))
    assert done.returncode == 1
    assert "people.csv:6:" in done.stderr


def test_a_card_of_two_people(tmp_path: Path) -> None:
    done = imported(simple(tmp_path).pupil("8", cards="c1"))
    assert done.returncode == 1
    assert "people.csv:6:" in done.stderr


def test_a_card_of_one_that_another_lost(tmp_path: Path) -> None:
    done = imported(simple(tmp_path).pupil("8", cards="", lost_cards="C1"))
    assert "people.csv:6:" in done.stderr


@pytest.mark.parametrize("cells", [{"barcode": "c1"}, {"barcode": "K1", "tag": "04115FA0"}])
def test_an_item_and_a_card_with_the_same_text(tmp_path: Path, cells: dict[str, str]) -> None:
    folder = simple(tmp_path).pupil("8", cards="uid:04115FA0").add("items.csv", title_id="W1", **cells)
    done = imported(folder)
    assert done.returncode == 1
    assert "items.csv:14:" in done.stderr


def test_a_class_that_does_not_exist(tmp_path: Path) -> None:
    folder = simple(tmp_path)
    folder.add("people.csv", number="8", name="某8", kind="pupil", class_="九(9)班", cards="C8")
    done = imported(folder)
    assert done.returncode == 1
    assert "people.csv:6:" in done.stderr
    assert "九(9)班" in done.stderr


def test_a_class_of_the_timetable_that_does_not_exist(tmp_path: Path) -> None:
    done = imported(simple(tmp_path).slot(1, "12:00", "12:50").slot(1, "12:00", "12:50", "class:九(9)班"))
    assert done.returncode == 1
    assert "timetable.csv:3:" in done.stderr


def test_the_good_rows_are_taken_all_the_same(tmp_path: Path) -> None:
    folder = simple(tmp_path).pupil("8", cards="C1").pupil("9").book("C2", "B20")
    done = imported(folder)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 2
    assert "people.csv:6:" in done.stderr
    assert "items.csv:14:" in done.stderr


@pytest.mark.parametrize(
    ("file", "header", "unknown"),
    [
        ("people.csv", "number,name,kind,class,cards,phone", "phone"),
        ("items.csv", "barcode,title_id,colour", "colour"),
        ("titles.csv", "title_id,title,price", "price"),
        ("loans.csv", "barcode,number,lent,due,back", "back"),
        ("classes.csv", "class,grade,room", "room"),
        ("timetable.csv", "weekday,from,to,weeks,use,who,note", "note"),
        ("terms.csv", "term,start,end,holiday", "holiday"),
        ("calendar.csv", "date,open,runs_as,why,reason", "reason"),
        ("rules.csv", "patron_kind,item_kind,fine", "fine"),
    ],
)
def test_extra_columns_are_refused_by_name(tmp_path: Path, file: str, header: str, unknown: str) -> None:
    folder = Folder(tmp_path / "school").text(file, header + "\n")
    done = imported(folder)
    assert done.returncode == 1
    assert f"{file}:1:" in done.stderr
    assert unknown in done.stderr


def test_columns_stand_in_any_order_and_cells_may_be_quoted(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "school").text(
        "people.csv", '\ufeffcards,kind,"name",number\r\n"C1",teacher,"张,""三""\n四",1\r\n,teacher,李四,2\r\n'
    )
    folder.text("items.csv", "title_id,barcode,kind,state\r\nW1,B1,,\r\n").text(
        "titles.csv", "title,title_id\r\n书,W1\r\n"
    )
    lines = run(folder, Trace().card("1").scan("B1"))
    assert lines[1].kinds == ["lent"]


def test_a_row_with_a_broken_line_inside_keeps_its_line_number(tmp_path: Path) -> None:
    folder = simple(tmp_path).text(
        "people.csv", 'number,name,kind,class,cards\n1,"张\n三",teacher,,C1\n1,李四,teacher,,C2\n'
    )
    assert "people.csv:4:" in imported(folder).stderr


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        ("timetable.csv", "weekday,from,to,who\n8,12:00,12:50,all\n", "timetable.csv:2:"),
        ("timetable.csv", "weekday,from,to,who\n1,12:50,12:00,all\n", "timetable.csv:2:"),
        ("timetable.csv", "weekday,from,to,who\n1,noon,12:50,all\n", "timetable.csv:2:"),
        ("timetable.csv", "weekday,from,to,who\n1,12:00,12:50,everybody\n", "timetable.csv:2:"),
        ("terms.csv", "term,start,end\n秋,2027-01-22,2026-09-01\n", "terms.csv:2:"),
        ("calendar.csv", "date,open\n2026-02-30,no\n", "calendar.csv:2:"),
        ("calendar.csv", "date,open\n2026-10-01,maybe\n", "calendar.csv:2:"),
        ("rules.csv", "patron_kind,item_kind,number\npupil,*,many\n", "rules.csv:2:"),
        ("rules.csv", "patron_kind,item_kind\nparent,*\n", "rules.csv:2:"),
        ("loans.csv", "barcode,number,lent,due\nB1,NOBODY,2026-09-01,2026-09-16\n", "loans.csv:2:"),
        ("loans.csv", "barcode,number,lent,due\nNOTHING,1,2026-09-01,2026-09-16\n", "loans.csv:2:"),
        (
            "loans.csv",
            "barcode,number,lent,due\nB1,1,2026-09-01,2026-09-16\nB1,2,2026-09-01,2026-09-16\n",
            "loans.csv:3:",
        ),
        ("people.csv", "number,name,kind\n1,某1,parent\n", "people.csv:2:"),
        ("people.csv", "number,name,kind,roles\n1,某1,pupil,king\n", "people.csv:2:"),
        ("people.csv", "number,name,kind\n,某1,pupil\n", "people.csv:2:"),
        ("items.csv", "barcode,title_id,state\nB1,W1,eaten\n", "items.csv:2:"),
        ("items.csv", "barcode,title_id\nB1,W1\nb1,W1\n", "items.csv:3:"),
        ("items.csv", "barcode,title_id,tag\nB1,W1,XYZ\n", "items.csv:2:"),
        ("school.toml", 'timezone = "Asia/Nowhere"\n', "school.toml:1:"),
        ("school.toml", 'nmae = "x"\n', "school.toml:1:"),
        ("school.toml", 'card_pattern = "("\n', "school.toml:1:"),
        ("school.toml", '[commands]\n"R" = "explode"\n', "school.toml:"),
    ],
)
def test_what_cannot_be_meant_is_named_by_file_and_line(tmp_path: Path, file: str, text: str, place: str) -> None:
    folder = simple(tmp_path).text(file, text)
    folder.rows.pop(file, None)
    done = imported(folder)
    assert done.returncode == 1
    assert place in done.stderr
    assert "Traceback" not in done.stderr


def test_bytes_that_are_not_utf_8(tmp_path: Path) -> None:
    folder = simple(tmp_path)
    school = folder.write()
    (school / "titles.csv").write_bytes("title_id,title\nW1,书\n".encode("gb18030"))
    data = tmp_path / "data"
    data.mkdir()
    (data / "kiosk.toml").write_text(f'data = "{data}"\n', "utf-8")
    done = command("import", "school", school, "--settings", data / "kiosk.toml")
    assert done.returncode == 1
    assert "titles.csv:2:" in done.stderr


def test_the_number_is_printed_as_it_was_imported(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "school").teacher("t-００7", cards="C1").book("B1")
    assert last(folder, Trace().scan("C1").scan("B1")).entry["patron"] == "t-００7"


def test_loans_of_the_folder_are_out_when_the_trace_begins(tmp_path: Path) -> None:
    folder = simple(tmp_path).loan("b9", "1", "2026-09-01", "2026-09-16", 1)
    lines = run(folder, Trace().card("1").scan("B9").touch("renew"))
    assert lines[1].state == "choice"
    assert lines[2].reasons == ["no_more_renewals"]


def test_a_lost_card_opens_nothing_and_a_new_one_does(tmp_path: Path) -> None:
    folder = simple(tmp_path).pupil("8", cards="NEW1; NEW2", lost_cards="OLD1;OLD2")
    lines = run(folder, Trace().scan("OLD1", "OLD2", "NEW2"))
    assert [line.refusal for line in lines] == ["card_lost", "card_lost", None]


def test_a_missing_folder_is_a_wrong_argument(tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text(f'data = "{tmp_path}"\n', "utf-8")
    done = command("import", "school", tmp_path / "missing", "--settings", tmp_path / "kiosk.toml")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_bad_settings_exit_2(tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text('dta = "x"\n', "utf-8")
    done = command("import", "school", simple(tmp_path).write(), "--settings", tmp_path / "kiosk.toml")
    assert done.returncode == 2
    assert "dta" in done.stderr


def test_json_says_what_was_refused(tmp_path: Path) -> None:
    folder = simple(tmp_path).pupil("8", cards="C1")
    (tmp_path / "kiosk.toml").write_text(f'data = "{tmp_path}"\n', "utf-8")
    done = command("import", "school", folder.write(), "--settings", tmp_path / "kiosk.toml", "--json")
    assert done.returncode == 1
    assert "people.csv:6:" in json.dumps(json.loads(done.stdout)["refused"])
