from typing import Any

from django.core.management.base import BaseCommand

from records import jobs


class Command(BaseCommand):
    help = (
        "Do all due background work once: mails, expiry, reminders (bin/run's worker does it too)"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for name, done in jobs.run_due().items():
            self.stdout.write(f"{name}: {'being done elsewhere' if done is None else done}")
