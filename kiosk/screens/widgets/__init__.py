"""What the pages are made of, drawn with Kivy. Nothing here knows of loans: it gets words, shapes and colours."""
