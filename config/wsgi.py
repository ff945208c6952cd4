import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

from organisations.sample_accounts import refuse_in_public  # noqa: E402 -- needs Django set up

refuse_in_public()
