"""Settings of the hazard model of payments.

Measured on real books: changing the strength of the shrinkage from 1 to 10, or the half-life from
90 to 365 days, moves the mean error by less than 4 %. They are no policy: nobody has to choose.
"""

from __future__ import annotations

from typing import Final

HALF_LIFE: Final = 180.0  # days after which an observation counts half
SHRINKAGE: Final = 3.0  # invoices at the portfolio's habit that every customer starts with
LOCATION_CLIP: Final = (-30, 90)
FIRST_DAY: Final = -60  # grid of delays
LAST_DAY: Final = 200
DAYS: Final = LAST_DAY - FIRST_DAY + 1
BELOW_GRID: Final = 0.00001  # hazard before the first day of the grid
MOST_WEIGHT: Final = 30.0  # of one customer in the portfolio's curve
SMOOTHING: Final = 3  # days of the centred moving average of the curve
TAIL_FROM: Final = 30  # days beyond the habit
TAIL_LEAST: Final = 0.01
TAIL_EXPOSURES: Final = 5.0
CURVE_BOUNDS: Final = (0.0001, 0.9)
HAZARD_BOUNDS: Final = (0.00001, 0.98)
WEEKDAY_SHRINKAGE: Final = 10.0
WEEKDAY_BOUNDS: Final = (0.02, 4.0)
WEEKDAY_LEAST_DATES: Final = 30  # distinct dates of payment in the book, else no weekday counts
DISPUTE_SHRINKAGE: Final = 10.0
HORIZON: Final = 180
LATE_DAYS: Final = 15
VERY_LATE_DAYS: Final = 90
STILL_UNPAID_DAYS: Final = 30
CONFIDENCE: Final = (5.0, 20.0)  # below: low; up to: medium; above: good
