"""Receipt printers that speak ESC/POS: what a slip looks like, and how it gets to the paper."""
