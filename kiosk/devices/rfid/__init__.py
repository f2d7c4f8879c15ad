"""Tag and card readers on a serial port: one model a protocol, one driver for all."""
