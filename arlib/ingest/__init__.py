"""Files to canonical tables and issues; touches no database.

``read_files`` recognises, reads and checks files dropped together; ``formats`` names what is read.
"""

from __future__ import annotations

from arlib.ingest.recognise import formats, read_file, read_files

__all__ = ["formats", "read_file", "read_files"]
