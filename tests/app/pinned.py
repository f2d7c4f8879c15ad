"""`kiosk run` on pins that are not there, moved from outside.

Run as `python -m tests.app.pinned run --settings FILE`. Each line on standard input moves a pin (`6 low`, `6 high`) or
asks for it (`5`); it is answered with the pin's level.
"""

import os
import sys
import threading

from kiosk.__main__ import main


def obey() -> None:
    from gpiozero import Device

    for line in sys.stdin:
        number, *level = line.split()
        pin = Device.pin_factory.pin(int(number))
        if level == ["low"]:
            pin.drive_low()
        elif level == ["high"]:
            pin.drive_high()
        print(int(pin.state), flush=True)


if __name__ == "__main__":
    os.environ["GPIOZERO_PIN_FACTORY"] = "mock"
    os.environ["GPIOZERO_MOCK_PIN_CLASS"] = "mockpwmpin"
    threading.Thread(target=obey, daemon=True).start()
    main()
