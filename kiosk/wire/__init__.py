"""What travels between kiosks and the hub. Pure: bytes and values, no files and no network."""
