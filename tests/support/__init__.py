"""Books built in a few lines, for tests of the rooms behind ingest."""
