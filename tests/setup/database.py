"""The test database, as another process is told of it."""

from urllib.parse import quote

from django.db import connection


def url_of_this_database() -> str:
    database = connection.settings_dict
    who = quote(database["USER"], safe="")
    if database["PASSWORD"]:
        who += ":" + quote(database["PASSWORD"], safe="")
    where = quote(database["HOST"], safe="") + (f":{database['PORT']}" if database["PORT"] else "")
    return f"postgis://{who}@{where}/{database['NAME']}"
