"""Write the first migrations of core and all plugins anew: python tools/first_migrations.py

Only while nothing is released: afterwards migrations are added, never rewritten. An existing
database must be removed by hand, for it was made by the old ones.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from core.config import load_settings
from core.migrate import areas, make_migration, upgrade_area
from core.platform import build_platform


def main() -> int:
    """Rewrite them in dependency order, on a scratch database."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        settings = replace(
            load_settings({}), mode="test", data_dir=scratch, plugins_dir=None,
            database_url=f"sqlite:///{scratch / 'scratch.db'}",
        )
        platform = build_platform(settings)
        for area in areas(platform):
            for old in area.folder.glob("*.py"):
                old.unlink()
            path = make_migration(platform, area.name)
            if path:
                upgrade_area(platform, area.name)
                print(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
        platform.database.engine.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
