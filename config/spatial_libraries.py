"""Where GeoDjango finds GDAL and GEOS: the libraries inside the pyogrio and shapely wheels.

Debian 12 ships GDAL 3.6, which cannot be kept from opening files and hosts named inside a
spatial reference (Django's gis.W001). The wheels carry 3.9 or newer. Where a wheel has no such
file (a build from source), nothing is returned and Django looks for the system's.
"""

import importlib.util
import os
from pathlib import Path


def spatial_library_paths() -> dict[str, str]:
    """GDAL_LIBRARY_PATH and GEOS_LIBRARY_PATH, as far as the wheels have them."""
    found: dict[str, str] = {}
    for setting, package, pattern in (
        ("GDAL_LIBRARY_PATH", "pyogrio", "libgdal-*.so*"),
        ("GEOS_LIBRARY_PATH", "shapely", "libgeos_c-*.so*"),
    ):
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            continue
        home = Path(spec.origin).parent
        libraries = sorted((home.parent / f"{package}.libs").glob(pattern))
        if not libraries:
            continue
        found[setting] = str(libraries[-1])
        if package == "pyogrio":
            for variable, folder in (("PROJ_DATA", "proj_data"), ("GDAL_DATA", "gdal_data")):
                if (home / folder).is_dir():
                    os.environ.setdefault(variable, str(home / folder))
    return found
