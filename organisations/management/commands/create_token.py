"""bin/manage create_token EMAIL [--scope book] [--days 90] [--name "..."]"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from organisations.models import ApiToken, Person
from organisations.tokens import DEFAULT_DAYS, make_token
from records.history import acting_as
from records.problems import Problem


class Command(BaseCommand):
    help = "Make an API key for a person and print it. It cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument(
            "--scope",
            action="append",
            choices=ApiToken.Scope.values,
            default=[],
            help="repeatable; every key may read",
        )
        parser.add_argument("--days", type=int, default=DEFAULT_DAYS, help="how long it lasts")
        parser.add_argument("--name", default="create_token", help="what it is for")

    def handle(self, *args: Any, **options: Any) -> None:
        person = Person.objects.filter(email__iexact=options["email"], is_active=True).first()
        if person is None:
            raise CommandError(f"no active account with the e-mail {options['email']}")
        try:
            with acting_as("command:create_token"):
                token, secret = make_token(
                    person, name=options["name"], scopes=options["scope"], days=options["days"]
                )
        except Problem as refused:
            raise CommandError(str(refused.message)) from refused
        self.stderr.write(
            f"{person.email}: {', '.join(token.scopes)}; until {token.expires_at:%Y-%m-%d %H:%M}"
        )
        self.stdout.write(secret)
