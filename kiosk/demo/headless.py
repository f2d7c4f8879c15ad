"""`kiosk demo --headless`: a Monday lunch slot with nobody watching, and the proof that everything came about.

The real kiosk runs on a display without a screen; only its clock is moved on by hand. The ledger is compared with what
the story says must be in it, entry by entry, and then folded anew.
"""

import threading
from pathlib import Path
from typing import Final

from kiosk.circulation.records import Kind
from kiosk.db.history import ShownEntry
from kiosk.demo.clock import DemoClock
from kiosk.demo.display import own_display
from kiosk.demo.player import Deed, Drawn, Player
from kiosk.demo.stand import START, WINDOW, DemoFailed, Stand, data_folder, school_at, told
from kiosk.demo.story import Story
from kiosk.screens.kivy_setup import GlassOptions

STORY_ENDS_S: Final = 5.0
# What the kiosk records of itself besides.
ITS_OWN: Final = frozenset({Kind.STARTED, Kind.STOPPED, Kind.PART_DOWN, Kind.PART_UP, Kind.IMPORTED})


def headless_demo(school: Path | None, shots: Path, data: Path | None) -> int:
    """Play the slot, leave a picture of every page in `shots`, print the ledger; 0 when all is as it must be."""
    try:
        with data_folder(data) as folder, own_display():
            return _run(Stand(school_at(school), folder, beam=True), shots)
    except DemoFailed as failed:
        print(f"演示没有完成 · the demo failed: {failed}", flush=True)
        return 1


def _run(stand: Stand, shots: Path) -> int:
    if stand.settings.database.exists():
        raise DemoFailed(f"{stand.settings.database} is there already; --headless plays in an empty folder")
    shots.mkdir(parents=True, exist_ok=True)
    stand.bring_in(START)
    clock, drawn = DemoClock(START, runs=False, in_step=False), Drawn()
    kiosk = stand.kiosk(clock, GlassOptions(*WINDOW), drawn.note)
    player = Player(kiosk, drawn, stand.wires, clock)
    story = Story(player, stand.school, stand.wires, shots, lambda text: print(text, flush=True))
    failed: list[Exception] = []

    def play() -> None:
        try:
            story.play()
        except Exception as error:
            failed.append(error)
        finally:
            kiosk.glass.stop()

    thread = threading.Thread(target=play, name="demo", daemon=True)
    thread.start()
    try:
        kiosk.run()
        thread.join(STORY_ENDS_S)
    finally:
        stand.close()
    if thread.is_alive():
        raise DemoFailed("it was stopped before the end")
    if failed:
        raise failed[0] if isinstance(failed[0], DemoFailed) else DemoFailed(repr(failed[0])) from failed[0]
    return _report(stand, story, player.deeds)


def _report(stand: Stand, story: Story, deeds: list[Deed]) -> int:
    entries = stand.ledger()
    print("\n账本 · the ledger")
    for entry in entries:
        print(f"  {told(entry)}")
    wrong = [*_differences(entries, deeds), *stand.findings()]
    wrong += [f"no picture {path}" for path in story.pictures if not path.exists()]
    for words in wrong:
        print(f"不对 · wrong: {words}")
    if wrong:
        return 1
    print(f"\n{len(entries)} 条记录，逐条相符 · {len(entries)} entries, each as it must be; the fold holds")
    print(f"{len(story.pictures)} 张画面在 {story.shots}/ · {len(story.pictures)} pictures in {story.shots}/")
    return 0


def _differences(entries: list[ShownEntry], deeds: list[Deed]) -> list[str]:
    """Where the ledger is other than the story."""
    found = [_deed(entry) for entry in entries if entry.kind not in ITS_OWN]
    missing = [f"the ledger lacks {_said(deed)}" for deed in deeds if deed not in found]
    extra = [f"the ledger also holds {_said(deed)}" for deed in found if deed not in deeds]
    if found != deeds and not missing and not extra:
        return ["the ledger holds the right entries, but in another order or number"]
    return missing + extra


def _deed(entry: ShownEntry) -> Deed:
    return Kind(entry.kind), entry.patron, entry.item, entry.reason


def _said(deed: Deed) -> str:
    return " ".join(part for part in deed if part)
