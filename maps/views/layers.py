from hashlib import blake2b

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from maps.forms import ViewportForm
from maps.layers import Viewport, feature_collection, layer_called

PUBLIC_SECONDS = 3600


@require_safe
def layer(request: HttpRequest, code: str) -> HttpResponse:
    """`/warstwy/<code>.geojson?bbox=west,south,east,north&zoom=12`: a layer as GeoJSON.

    404 for a layer that does not exist or that this person may not see; 422 names bad values.
    """
    wanted = layer_called(code)
    if wanted is None:
        raise Http404
    form = ViewportForm(request.GET)
    if not form.is_valid():
        return JsonResponse(
            form.problem().as_document(), status=422, content_type="application/problem+json"
        )
    viewport = Viewport(
        bounds=form.cleaned_data["bbox"] or Viewport.bounds,
        zoom=Viewport.zoom if (zoom := form.cleaned_data["zoom"]) is None else zoom,
    )
    body = feature_collection(wanted, request.user, viewport, language=get_language() or "pl")
    if body is None:
        raise Http404
    etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    response: HttpResponse
    if etag in request.headers.get("If-None-Match", ""):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type="application/geo+json")
    response["ETag"] = etag
    if wanted.public:
        response["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
    else:
        response["Cache-Control"] = "private, no-cache"
    return response
