"""Measures what the kiosk promises about speed, each figure against a floor in the same run."""
