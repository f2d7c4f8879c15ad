"""`kiosk demo`: the real program with an example school, whose readers are pseudo-terminals that the demo writes to.

Nothing here decides anything: what is clicked or played becomes bytes on a line or a touch on the glass, and the
database says what came of it.
"""
