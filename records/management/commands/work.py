import asyncio
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued

from records.jobs import PERIODIC, requeue_stalled


class Command(BaseCommand):
    help = "The worker: runs background jobs until it is told to stop (SIGINT or SIGTERM)"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=2)
        parser.add_argument(
            "--until-idle", action="store_true", help="stop when nothing is left to do"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        connector = app.connector
        if not isinstance(connector, DjangoConnector):
            raise CommandError("run me from Django")  # app.connector is typed as any connector
        worker_app = app.with_connector(connector.get_worker_connector())
        asyncio.run(
            work(
                worker_app,
                concurrency=options["concurrency"],
                until_idle=options["until_idle"],
            )
        )


async def work(worker_app: App, *, concurrency: int, until_idle: bool) -> None:
    """Catch up with what was missed, then run jobs as they come."""
    async with worker_app.open_async():
        for name in [requeue_stalled.name, *PERIODIC]:
            try:
                await worker_app.tasks[name].defer_async(timestamp=0)
            except AlreadyEnqueued:
                continue
        await worker_app.run_worker_async(
            concurrency=concurrency,
            wait=not until_idle,
            delete_jobs="successful",
            shutdown_graceful_timeout=20,
        )
