"""``python -m arlib.i18n.definitions > docs/metrics.md``: write the documentation of the figures."""

from __future__ import annotations

import sys

from arlib.i18n.definitions.document import document

sys.stdout.write(document())
