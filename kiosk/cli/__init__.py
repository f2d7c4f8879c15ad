"""The command line: one module a group of commands. Exit 0 fine, 1 something is wrong, 2 wrong usage or settings.

A command imports what it needs when it runs, so that `kiosk run` carries nothing of imports and reports.
"""
