"""Pictures of places, for whoever may see the place."""

from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from resources.models import ResourcePhoto
from resources.scopes import resources_visible_to


@require_safe
def picture(request: HttpRequest, key: UUID) -> FileResponse:
    """A picture written anew by records/pictures.py: safe to show in the page."""
    photo = get_object_or_404(
        ResourcePhoto.objects.filter(
            resource__in=resources_visible_to(request.user)
        ).select_related("file", "resource"),
        file__key=key,
    )
    response = FileResponse(photo.file.file.open("rb"), content_type=photo.file.content_type)
    public = photo.resource.visibility == "public"
    response["Cache-Control"] = "public, max-age=86400, immutable" if public else "private"
    response["X-Content-Type-Options"] = "nosniff"
    return response
