from typing import Any

from django.core.management.base import BaseCommand

from maps.importing.fixtures import load_geography
from records import history


class Command(BaseCommand):
    help = "Load the geography in fixtures/: districts, residents, census grid, sample addresses."

    def handle(self, *_args: Any, **_options: Any) -> None:
        with history.acting_as("command:load_geography"):
            for what, report in load_geography():
                self.stdout.write(f"{what}: {report}")
