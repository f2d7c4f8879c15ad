"""Published frames, each with its source: the valid ones are read, the wrong ones are not, alone and in company."""

import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.devices.decode.protocols import PROTOCOLS, Printed
from tests.devices.streams import cuts, each_way

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))
NAMES = {
    "rdm6300": "rdm6300",
    "PN532 HSU": "pn532",
    "M100 (BB..7E)": "m100",
    "R2000 (A0)": "r2000",
    "UHFReader18/288 (Chafon)": "uhfreader18",
    "RL866 HF (FA)": "rl866",
    "FEIG OBID": "feig",
    "CR95HF UART": "cr95hf",
    "ThingMagic FF": "thingmagic",
    "ISO 28560-3 block": "iso28560",
    "ISO 28560-2 (15962)": "iso28560",
}
# What the published meaning says of each: the direction, and the ids that it carries.
MEANT: dict[str, tuple[str, dict[str, object]]] = {
    "LF-1": ("reader", {"uid": "62E3086CED", "number": "3808980205", "wiegand": "008,27885"}),
    "NF-1": ("host", {}),
    "NF-5": ("reader", {}),
    "NF-6": ("host", {}),
    "NF-7": ("reader", {}),
    "NF-8": ("host", {}),
    "NF-9": ("reader", {"uid": "078CFC4F"}),
    "U1-1": ("host", {}),
    "U1-2": ("reader", {"epc": "30751FEB705C5904E3D50D70"}),
    "U1-3": ("reader", {}),
    "U1-4": ("host", {}),
    "U1-5": ("host", {}),
    "U1-6": ("reader", {}),
    "U1-7": ("host", {}),
    "U1-8": ("host", {}),
    "U2-1": ("host", {}),
    "U2-2": ("reader", {}),
    "U2-3": ("host", {}),
    "U2-4": ("reader", {}),
    "U2-5": ("host", {}),
    "U2-6": ("reader", {"epc": "E200301666130121155074EF"}),
    "U2-7": ("reader", {}),
    "U3-1": ("host", {}),
    "U3-2": ("reader", {}),
    "U3-3": ("host", {}),
    "U3-4": ("reader", {"epc": "000000000000000000000313"}),
    "HF-1": ("host", {}),
    "HF-2": ("reader", {}),
    "HF-3": ("host", {}),
    "HF-4": ("host", {"uid": "E00401003F3827A7"}),
    "HF-5": ("reader", {}),
    "HF-6": ("host", {}),
    "HF-7": ("host", {}),
    "HF-8": ("reader", {}),
    "FE-1": ("host", {}),
    "FE-2": ("host", {}),
    "FE-3": ("reader", {}),
    "FE-4": ("reader", {"uid": "E004015306A22D70"}),
    "CR-1": ("reader", {"uid": "E00401586DE02802"}),
    "CR-2": ("reader", {"data": "00E1404001"}),
    "TM-1": ("host", {"opcode": "24"}),
    "LT-1": ("", {"item": "11223344", "isil": "DE-705", "parts": 1, "part": 1}),
    "LT-2": ("", {"item": "1000000056", "isil": "DK-718500", "parts": 1, "part": 1}),
    "LT-6": ("", {"item": "123456789012", "isil": "US-InU-Mu"}),
}
ACKNOWLEDGEMENTS = {"NF-2", "NF-3", "NF-4"}  # they carry no direction of their own
READ = [vector for vector in VECTORS if vector["protocol"] in NAMES]
VALID = [vector for vector in READ if vector["valid"]]
WRONG = [vector for vector in READ if not vector["valid"]]
STREAMED = [vector for vector in VALID if NAMES[vector["protocol"]] != "iso28560"]


def told(name: str, chunks: Sequence[bytes]) -> list[Printed]:
    codec = PROTOCOLS[name]()
    found = [said for chunk in chunks for said in codec.feed(chunk)]
    return found + codec.end()


def of(vector: dict[str, str]) -> tuple[str, bytes]:
    return NAMES[vector["protocol"]], bytes.fromhex(vector["hex"])


@pytest.mark.parametrize("vector", VALID, ids=lambda vector: vector["id"])
def test_a_published_frame_has_its_published_meaning(vector: dict[str, str]) -> None:
    name, data = of(vector)
    found = told(name, [data])
    assert len(found) == 1
    if vector["id"] in ACKNOWLEDGEMENTS:
        return
    direction, ids = MEANT[vector["id"]]
    assert found[0].get("direction", "") == direction
    assert {key: found[0].get(key) for key in ids} == ids
    each_way(lambda chunks: told(name, chunks), data, found)


@pytest.mark.parametrize("vector", WRONG, ids=lambda vector: vector["id"])
def test_a_wrong_frame_is_refused_however_it_is_cut(vector: dict[str, str]) -> None:
    name, data = of(vector)
    each_way(lambda chunks: told(name, chunks), data, [])


@pytest.mark.parametrize("name", sorted({NAMES[vector["protocol"]] for vector in STREAMED}))
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_frames_are_found_among_halves_of_others_and_wrong_ones(name: str, data: st.DataObject) -> None:
    frames = [of(vector)[1] for vector in STREAMED if NAMES[vector["protocol"]] == name]
    wrong = [of(vector)[1] for vector in WRONG if NAMES[vector["protocol"]] == name]
    halves = [frame[: len(frame) // 2] for frame in frames if len(frame) > 6]
    chosen = data.draw(st.lists(st.sampled_from([*frames, *wrong, *halves]), min_size=1, max_size=6))
    stream = b"".join(chosen)
    ids = [ident for piece in chosen if piece in frames for ident in ids_in(told(name, [piece]))]
    found = told(name, [stream])
    assert [ident for ident in ids_in(found) if ident in ids] == ids
    each_way(lambda chunks: told(name, chunks), stream, found, data.draw(cuts()))


def ids_in(found: Sequence[Printed]) -> list[str]:
    return [str(said[key]) for said in found for key in ("uid", "epc") if key in said]


def test_every_protocol_is_tried_with_published_frames() -> None:
    tried = {name for name, _ in groupby(sorted(NAMES.values()))}
    assert tried | {"keys", "lines"} == set(PROTOCOLS)
