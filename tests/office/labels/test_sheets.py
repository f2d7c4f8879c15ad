import pytest

from kiosk.office.labels.sheets import A4_HEIGHT_MM, A4_WIDTH_MM, PAPER_RIM_MM, SHEETS, Box, Paper, Sheet, SheetName
from tests.office.labels.runs import within

A4 = Box(0, 0, A4_WIDTH_MM, A4_HEIGHT_MM)


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_labels_lie_on_the_paper_beside_each_other_in_the_middle(sheet: Sheet) -> None:
    boxes = [sheet.label(place) for place in range(sheet.labels)]
    assert all(within(box, A4) for box in boxes)
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            assert one.right <= other.left + 1e-9 or other.right <= one.left + 1e-9 or other.top <= one.bottom + 1e-9
    assert boxes[0].left == pytest.approx(A4_WIDTH_MM - boxes[-1].right, abs=0.1)
    assert A4_HEIGHT_MM - boxes[0].top == pytest.approx(boxes[-1].bottom, abs=0.1)


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_what_is_printed_stays_on_its_label_and_off_the_rim_of_the_paper(sheet: Sheet) -> None:
    reached = A4.inset(PAPER_RIM_MM, PAPER_RIM_MM)
    for place in Paper(sheet).places(sheet.labels):
        assert within(place.box, place.outline)
        assert within(place.box, reached, slack=0.01)


def test_the_sheets_are_those_that_are_sold() -> None:
    sold = {name: (s.columns * s.rows, s.width_mm, s.height_mm) for name, s in SHEETS.items()}
    assert sold == {
        "3x7": (21, 63.5, 38.1),
        "3x7-70": (21, 70.0, 42.3),
        "3x8": (24, 70.0, 37.0),
        "5x13": (65, 38.1, 21.2),
    }


@pytest.mark.parametrize(
    ("labels", "start", "pages"),
    [(0, 1, 0), (0, 21, 0), (1, 1, 1), (21, 1, 1), (22, 1, 2), (1, 21, 1), (2, 21, 2), (21, 2, 2), (12000, 1, 572)],
)
def test_a_run_needs_so_many_sheets(labels: int, start: int, pages: int) -> None:
    paper = Paper(SHEETS[SheetName.S3X7], start)
    places = list(paper.places(labels))
    assert paper.pages(labels) == pages == len({place.page for place in places})
    assert len({(place.page, place.outline.left, place.outline.bottom) for place in places}) == labels


def test_the_first_label_is_the_first_free_one_by_rows() -> None:
    sheet = SHEETS[SheetName.S3X8]
    first, second = Paper(sheet, start=6).places(2)
    assert first.outline == sheet.label(5)
    assert first.outline.left == pytest.approx(140)
    assert first.outline.top == pytest.approx(297 - 0.5 - 37)
    assert second.outline.left == pytest.approx(0)


def test_a_printer_that_shifts_is_made_good() -> None:
    sheet = SHEETS[SheetName.S5X13]
    (plain,), (moved,) = Paper(sheet).places(1), Paper(sheet, right_mm=1.5, up_mm=-2.0).places(1)
    assert moved.box == plain.box.moved(1.5, -2.0)
    assert moved.outline == plain.outline.moved(1.5, -2.0)
