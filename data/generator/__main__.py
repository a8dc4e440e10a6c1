"""Write the files of the sample company: ``python -m data.generator [FOLDER]``."""

from __future__ import annotations

import sys
from pathlib import Path

from data.generator.build import files


def main() -> None:
    """Write every file, in ``data/samples`` unless a folder is given."""
    default = Path(__file__).resolve().parent.parent / "samples"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (folder / name).write_bytes(content)
        sys.stdout.write(f"{name}\t{len(content)}\n")


if __name__ == "__main__":
    main()
