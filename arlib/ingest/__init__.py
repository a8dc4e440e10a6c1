"""Files to canonical tables and issues; touches no database.

``read_files`` recognises, reads and checks files dropped together, in a process of its own;
``formats`` names what is read; ``unpack`` turns archives into the files they hold.
"""

from __future__ import annotations

from arlib.ingest.archive import unpack
from arlib.ingest.entry import read_files, read_here, warm_up
from arlib.ingest.own_template import check_own_template
from arlib.ingest.recognise import formats, read_file

__all__ = [
    "check_own_template",
    "formats",
    "read_file",
    "read_files",
    "read_here",
    "unpack",
    "warm_up",
]
