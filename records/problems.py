"""Errors for people: a domain rule that says no, with a code, a message and what would help.

Views show the message beside what was typed; the API sends the same as a problem document
(RFC 9457) with the HTTP status that belongs to the code.
"""

from collections.abc import Mapping, Sequence
from typing import Any


class Problem(Exception):  # noqa: N818 - the word of RFC 9457, and what readers look for
    """A refusal that the reader can act on. `code` is stable, `message` is in their language."""

    status = 422
    code = "invalid"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        field: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.field = field
        self.extra = dict(extra or {})

    def as_document(self) -> dict[str, Any]:
        """The problem document, without the parts that only HTTP knows."""
        return {
            "type": f"urn:zasoby:problem:{self.code}",
            "title": str(self.message),
            "status": self.status,
            "code": self.code,
            **({"field": self.field} if self.field else {}),
            **self.extra,
        }


class Invalid(Problem):
    """A value is wrong: 422."""


class Conflict(Problem):
    """The state of the world says no: 409. `extra["alternatives"]` where there are any."""

    status = 409
    code = "conflict"


class Forbidden(Problem):
    """Visible, but not allowed to this person: 403."""

    status = 403
    code = "forbidden"


class NotFound(Problem):
    """Not there, or not visible to this person: 404."""

    status = 404
    code = "not_found"


class Problems(Invalid):
    """Several problems at once, so that a person mends them in one go."""

    code = "invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(str(p.message) for p in problems), code=problems[0].code)
        self.problems = list(problems)
        self.extra = {"errors": [p.as_document() for p in problems]}
