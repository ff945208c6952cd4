"""What every API view shares: problem documents, strict parameters and bodies, rate limits.

Whatever goes wrong leaves as a problem document (RFC 9457) with a stable `code` and a message in
the reader's language. Several wrong fields come together in `errors`.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from records.limits import TooOften, count, who_asks
from records.problems import Forbidden, Invalid, NotFound, Problem

PROBLEM_TYPE = "application/problem+json"

#: HTTP status -> code, for what the framework itself refuses.
_CODES = {
    400: "malformed",
    401: "not_signed_in",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_often",
}


class NotSignedIn(Problem):
    """Nobody is signed in, or the key does not hold: 401."""

    status = 401
    code = "not_signed_in"


def problem_response(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """REST framework's exception handler. Unknown errors are not ours to dress up: None."""
    headers: dict[str, str] = {}
    request = context.get("request")
    if isinstance(error, Problem):
        document = _of_problem(error, request)
    elif isinstance(error, exceptions.ValidationError):
        document = _of_invalid(field_errors(error.detail))
    elif isinstance(error, ValidationError):
        document = _of_invalid(field_errors(exceptions.ValidationError(_detail(error)).detail))
    elif isinstance(error, Http404):
        document = NotFound(_("There is nothing at this address.")).as_document()
    elif isinstance(error, PermissionDenied):
        document = Forbidden(_("You are not allowed to do this.")).as_document()
    elif isinstance(error, exceptions.APIException):
        document = _of_framework(error)
        if (wait := getattr(error, "wait", None)) is not None:
            headers["Retry-After"] = str(int(wait))
    else:
        return None
    if document["status"] == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="api"'
    if "retry_after" in document:
        headers["Retry-After"] = str(document["retry_after"])
    from rest_framework.views import set_rollback  # noqa: PLC0415 -- its classes name this module

    set_rollback()
    return Response(document, status=document["status"], headers=headers, content_type=PROBLEM_TYPE)


def _of_problem(problem: Problem, request: Any) -> dict[str, Any]:
    """A refusal of an unknown visitor is 401: signing in may help."""
    unknown = request is not None and not request.user.is_authenticated
    if isinstance(problem, Forbidden) and unknown:
        problem = NotSignedIn(_("Sign in, or send a key, to do this."))
    return problem.as_document()


def _of_framework(error: exceptions.APIException) -> dict[str, Any]:
    code = _CODES.get(error.status_code, "error")
    problem = Problem(str(error.detail), code=code)
    return {**problem.as_document(), "status": error.status_code}


def _of_invalid(errors: list[dict[str, str]]) -> dict[str, Any]:
    names = [error["field"] for error in errors if error.get("field")]
    if names:
        title = _("Mend these values: %(names)s.") % {"names": ", ".join(dict.fromkeys(names))}
    else:
        title = " ".join(error["title"] for error in errors)
    return Invalid(title, extra={"errors": errors}).as_document()


def _detail(error: ValidationError) -> Any:
    return error.message_dict if hasattr(error, "error_dict") else error.messages


def field_errors(detail: Any, path: str = "") -> list[dict[str, str]]:
    """REST framework's nested errors as a flat list of {field, code, title}."""
    if isinstance(detail, Mapping):
        return [
            found
            for name, inner in detail.items()
            for found in field_errors(inner, _join(path, str(name)))
        ]
    if isinstance(detail, list):
        return [
            found
            for index, inner in enumerate(detail)
            for found in field_errors(
                inner, path if not isinstance(inner, Mapping | list) else _join(path, str(index))
            )
            if inner
        ]
    code = getattr(detail, "code", "invalid")
    return [{**({"field": path} if path else {}), "code": str(code), "title": str(detail)}]


def _join(path: str, name: str) -> str:
    if name in ("non_field_errors", "__all__"):
        return path
    return f"{path}.{name}" if path else name


class StrictSerializer(serializers.Serializer):
    """Refuses names that it does not know: a misspelt wish must not be passed over in silence."""

    def to_internal_value(self, data: Any) -> Any:
        errors: dict[str, Any] = {}
        if isinstance(data, Mapping):
            known = [name for name, field in self.fields.items() if not field.read_only]
            errors = unknown_names(data, known)
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as invalid:
            raise serializers.ValidationError({**invalid.detail, **errors}) from invalid
        if errors:
            raise serializers.ValidationError(errors)
        return value


class Parameters(StrictSerializer):
    """Query parameters of a view: declare fields, then `MyParameters.of(request)`.

    A field that is not a list may be given once only.
    """

    @classmethod
    def of(cls, request: Request | HttpRequest, **context: Any) -> dict[str, Any]:
        """The checked parameters. Raises REST framework's ValidationError, sent as 422."""
        serializer = cls(data=request.GET, context={"request": request, **context})
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, QueryDict):
            repeated = {
                name: [
                    serializers.ErrorDetail(_("Give this parameter once."), code="repeated"),
                ]
                for name, values in data.lists()
                if len(values) > 1 and name in self.fields and not _takes_many(self.fields[name])
            }
            if repeated:
                raise serializers.ValidationError(repeated)
        return super().to_internal_value(data)


def _takes_many(field: serializers.Field) -> bool:
    return isinstance(field, serializers.ListField | serializers.MultipleChoiceField)


def unknown_names(given: Iterable[str], known: Iterable[str]) -> dict[str, list[Any]]:
    """Errors for the names that are not known, with the nearest known one."""
    known = sorted(known)
    errors: dict[str, list[Any]] = {}
    for name in given:
        if name in known:
            continue
        if near := get_close_matches(name, known, n=1):
            message = _("There is no “%(name)s”. Did you mean “%(near)s”?") % {
                "name": name[:80],
                "near": near[0],
            }
        else:
            message = _("There is no “%(name)s”. Known: %(known)s.") % {
                "name": name[:80],
                "known": ", ".join(known) or "–",
            }
        errors[name[:80]] = [serializers.ErrorDetail(message, code="unknown")]
    return errors


def refuse_unknown_parameters(request: Request | HttpRequest, known: Iterable[str] = ()) -> None:
    """For views that read their parameters without a serializer. Raises ValidationError (422)."""
    if errors := unknown_names(request.GET, known):
        raise serializers.ValidationError(errors)


class Limits(BaseThrottle):
    """Counts a view's requests against settings.RATE_LIMITS[view.rate]; no `rate`: no limit.

    `rate` is a name, or a mapping of method -> name.
    """

    _wait: float | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        rate = getattr(view, "rate", None)
        if isinstance(rate, Mapping):
            rate = rate.get(request.method)
        if rate is None:
            return True
        try:
            count(rate, who_asks(request))
        except TooOften as refused:
            self._wait = refused.extra["retry_after"]
            return False
        return True

    def wait(self) -> float | None:
        return self._wait


def describe_problems(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Hook of drf-spectacular: every operation may answer with a problem document."""
    schema = {
        "type": "object",
        "required": ["type", "title", "status", "code"],
        "additionalProperties": True,
        "properties": {
            "type": {"type": "string", "example": "urn:zasoby:problem:conflict"},
            "title": {"type": "string", "description": "in the reader's language"},
            "status": {"type": "integer"},
            "code": {"type": "string"},
            "field": {"type": "string"},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["code", "title"],
                    "additionalProperties": True,
                    "properties": {
                        "field": {"type": "string"},
                        "code": {"type": "string"},
                        "title": {"type": "string"},
                    },
                },
            },
            "retry_after": {"type": "integer", "description": "seconds"},
        },
    }
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = schema
    answer = {
        "description": "What is wrong and what would help (RFC 9457)",
        "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path in result.get("paths", {}).values():
        for operation in path.values():
            if isinstance(operation, dict) and "responses" in operation:
                operation["responses"].setdefault("default", answer)
    return result
