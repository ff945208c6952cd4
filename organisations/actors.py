"""Names of the actors in history: who "person:12" is."""

from organisations.models import Person


def person_names(actors: set[str]) -> dict[str, str]:
    """Actor texts of people -> their names; one query. A token's text names its person too."""
    ids: dict[str, int] = {}
    for actor in actors:
        for part in actor.split():
            kind, _colon, number = part.partition(":")
            if kind == "person" and number.isdigit():
                ids[actor] = int(number)
    if not ids:
        return {}
    names = dict(Person.objects.filter(pk__in=ids.values()).values_list("pk", "full_name"))
    return {actor: names[pk] for actor, pk in ids.items() if pk in names}
