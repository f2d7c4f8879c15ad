"""What runs the program: the inbox, the parts and their threads, the line to systemd, the clock.

This is the only place, beside `kiosk.clock`, that asks the machine for the time.
"""
