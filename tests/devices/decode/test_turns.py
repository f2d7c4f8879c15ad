import pytest

from kiosk.devices.decode.turns import Side, Turns

HOST, READER = Side.HOST, Side.READER
POWER, VERSION = 0x76, 0x72


def test_what_only_one_side_can_have_sent_is_that_side_s() -> None:
    turns = Turns()
    assert turns.side(VERSION, host=True, reader=False, alone=READER) is HOST
    assert turns.side(VERSION, host=False, reader=True, alone=HOST) is READER
    assert turns.side(VERSION, host=False, reader=False, alone=HOST) is None


@pytest.mark.parametrize("alone", [HOST, READER])
def test_before_any_host_was_heard_the_content_decides(alone: Side) -> None:
    turns = Turns()
    turns.heard(READER, VERSION, is_last=True)
    assert turns.side(POWER, host=True, reader=True, alone=alone) is alone


def test_a_command_waits_for_its_own_answer_only() -> None:
    turns = Turns()
    turns.heard(HOST, VERSION, is_last=False)
    assert turns.side(POWER, host=True, reader=True, alone=READER) is HOST
    turns.heard(HOST, POWER, is_last=False)
    assert turns.side(POWER, host=True, reader=True, alone=HOST) is READER


def test_after_the_last_frame_of_an_answer_it_is_the_host_s_turn() -> None:
    turns = Turns()
    turns.heard(HOST, POWER, is_last=False)
    turns.heard(READER, POWER, is_last=False)
    assert turns.side(POWER, host=True, reader=True, alone=HOST) is READER
    turns.heard(READER, POWER, is_last=True)
    assert turns.side(POWER, host=True, reader=True, alone=READER) is HOST
