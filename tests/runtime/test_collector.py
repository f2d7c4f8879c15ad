import subprocess
import sys

from kiosk.runtime.collector import THRESHOLDS


def test_what_is_there_is_left_alone_and_new_objects_are_looked_at_seldom() -> None:
    program = (
        "import gc; from kiosk.runtime.collector import come_seldom; come_seldom(); "
        "print(gc.get_freeze_count() > 1000, gc.get_threshold())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == f"True {THRESHOLDS}\n"
