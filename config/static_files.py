"""Static files as they are served: named by a hash of their content, compressed once."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(StaticFilesConfig):
    """Leaves out what no page of ours asks for: it would only cost time at the first start."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "rest_framework",  # the browsable API is off
        "leaflet-src*",
        "htmx-4*",
        "htmax-4*",
        "ext",  # extensions of htmx
    ]


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Also follows `import ... from "./module.js"`, so that a module's imports carry hashes too."""

    support_js_module_import_aggregation = True
