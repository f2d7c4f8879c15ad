"""The kiosk's memory: one SQLite file that holds the school, the ledger and what the ledger adds up to."""
