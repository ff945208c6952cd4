"""Error pages: what happened, what was kept, where to go from here.

400 and 500 are drawn without the database, the session and the person, because any of these may
be what failed.
"""

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext

from records import clock
from records.problems import Forbidden, NotFound, Problem


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(render_to_string("errors/400.html"), status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the page exists and the person sees that, but may not do this."""
    return render(request, "errors/403.html", {"reason": str(exception)}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from an old page, or cookies that are off."""
    return render(request, "errors/403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: not there, or not for this person, which must look the same."""
    if request.path.startswith("/api/"):
        problem = NotFound(gettext("There is nothing at this address."))
        return JsonResponse(
            problem.as_document(), status=404, content_type="application/problem+json"
        )
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return HttpResponse(render_to_string("errors/500.html", {"when": clock.now()}), status=500)


class ProblemMiddleware:
    """A Problem that a view did not answer itself becomes a page that says what to do.

    A visitor who lacks a right is first asked to sign in, and brought back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Problem):
            return None
        if isinstance(exception, NotFound):
            return not_found(request, exception)
        if isinstance(exception, Forbidden):
            if not request.user.is_authenticated and not request.headers.get("HX-Request"):
                return redirect_to_login(
                    request.get_full_path() if request.method == "GET" else "/"
                )
            return permission_denied(request, exception)
        response = render(
            request, "errors/problem.html", {"problem": exception}, status=exception.status
        )
        if wait := exception.extra.get("retry_after"):
            response["Retry-After"] = str(wait)
        return response
