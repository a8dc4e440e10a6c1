"""What every test shares: how many examples its properties are tried on."""

from __future__ import annotations

from tests.support.examples import register

register()
