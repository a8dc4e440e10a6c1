"""Ratios measured in one run: ``make bench``. Nothing here is asserted."""
