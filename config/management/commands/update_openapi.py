"""bin/manage update_openapi: write the description of the API, as it is served, to docs/."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema


class Command(BaseCommand):
    help = "Write docs/openapi.json from the code; fail on anything the generator had to guess."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail if the file is not current"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        schema = SchemaGenerator().get_schema(request=None, public=True)
        validate_schema(schema)
        if GENERATOR_STATS:
            GENERATOR_STATS.emit_summary()
            raise CommandError("the schema has gaps, see above")
        path = settings.BASE_DIR / "docs" / "openapi.json"
        current = json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        if not check:
            path.write_text(current, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != current:
            raise CommandError(f"{path.name} is not what the code says: bin/manage update_openapi")
