"""A fingerprint of everything in the sample city that must not depend on chance.

Rows are compared without their keys, which count on, and without the passwords and the moments
that only say when the program ran.
"""

import hashlib
import json
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import ForeignKey, Model

APPS = ("maps", "organisations", "resources", "premises", "civic_centres")
LEFT_OUT = {"id", "password", "last_login"}
#: Words that name a row, so that a reference can be compared without its key.
NAMES = ("code", "slug", "email", "key", "name", "number")


def of_everything() -> dict[str, str]:
    """A hash of the rows of each table of ours, by table."""
    names: dict[type[Model], dict[Any, str]] = {}
    found = {}
    for model in apps.get_models():
        meta = model._meta
        if meta.app_label not in APPS or meta.model_name.endswith("event"):
            continue
        rows = sorted(
            json.dumps(_plain(row, model, names), cls=DjangoJSONEncoder, sort_keys=True)
            for row in model.objects.values()
        )
        found[meta.db_table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]
    return found


def _plain(
    row: dict[str, Any], model: type[Model], names: dict[type[Model], dict[Any, str]]
) -> dict[str, Any]:
    plain = {}
    for field in model._meta.concrete_fields:
        if field.name in LEFT_OUT or (field.primary_key and not isinstance(field, ForeignKey)):
            continue
        value = row.get(field.attname)
        if isinstance(field, ForeignKey):
            plain[field.name] = _name(field.related_model, value, names)
        else:
            plain[field.name] = str(value)
    return plain


def _name(model: type[Model], key: Any, names: dict[type[Model], dict[Any, str]]) -> str | None:
    if key is None:
        return None
    if model not in names:
        fields = {field.name for field in model._meta.concrete_fields}
        naming = next((name for name in NAMES if name in fields), None)
        names[model] = dict(model.objects.values_list("pk", naming)) if naming else {}
    return str(names[model].get(key, "?"))
