"""Write the samples and their golden files again: ``python -m tests.formats.regenerate``.

Figures come from the invented rows; only ``notes`` (what the program says besides) are taken as
read. Review the difference before committing it.
"""

from __future__ import annotations

import importlib
import sys
from typing import Final

from tests.formats import golden

# Each builds its samples and says what must be read of them.
BUILDERS: Final = ("tests.formats.lists", "tests.formats.ledgers")


def main() -> None:
    """Write every sample and golden file."""
    for name in BUILDERS:
        try:
            builder = importlib.import_module(name)
        except ModuleNotFoundError:
            continue
        for sample, figures in builder.build():
            parsed = golden.read(sample, figures)
            found = golden.as_read(parsed)
            golden.write(sample, {**figures, "notes": found["notes"]})
            differing = [key for key in figures if key in found and found[key] != figures[key]]
            sys.stdout.write(
                f"{sample.relative_to(golden.FOLDER)}\t{', '.join(differing) or 'ok'}\n"
            )


if __name__ == "__main__":
    main()
