"""One frozen dataclass per screen: all that a page, a report sheet or a command shows about it.

Columns are named as the fields of the command line; an amount adds ``_minor`` (int64 or Int64 minor
units of ``currency``). What may be missing is NA, NaN or NaT and has a reason beside it, named
without ``_minor`` (``limit_minor`` -> ``limit_reason``), missing itself when the value is there.
"""
