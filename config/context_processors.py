from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """What every page needs: nothing yet beyond the name."""
    return {"site_name": "Zasoby"}
