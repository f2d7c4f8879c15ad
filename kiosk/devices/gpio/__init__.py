"""What hangs on the Pi's pins: lamp, buzzer, flap, and the contacts that tell of books and people.

gpiozero is imported by the part's own thread when it opens its pins; a kiosk without pins never imports it.
"""
