"""Encours: what customers owe, how they pay, and who is about to become a problem.

The rooms and what each may know: ``docs/architecture.md``.
"""

__version__ = "0.1.0"
