"""The protocol of a handover or hand-back: one page on a phone, with and without scripts.

The page is a plain form that works without a network of its own; handover.js keeps what is typed
and photographed on the device and sends it through `draft` and `photo` when there is a network.
"""

import json
import uuid
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from premises import permissions
from premises.models import HandoverPhoto, HandoverProtocol, Lease
from premises.scopes import own_leases, unit_leases
from premises.upkeep import drafts, papers, signing
from premises.upkeep.protocol_doc import BY_NAME, PARTS, TEXTS, document_of
from premises.views.lettings.access import of_unit, of_unit_to, show
from premises.views.upkeep_shared import lease_in
from records.problems import Problem, Problems
from resources.models import ManagingUnit

#: Parts of addresses, as directions.
DIRECTIONS = {"przekazanie": "in", "zwrot": "out"}
MOST_BYTES = 500_000


def _direction(word: str) -> str:
    if word not in DIRECTIONS:
        raise Http404
    return DIRECTIONS[word]


def posted(data: Any) -> dict[str, Any]:
    """The document that a form without scripts sends: fields named "<part>-<key>-<field>"."""
    return {
        "key": data.get("key", ""),
        "version": _number(data.get("version")),
        "day": data.get("day", ""),
        "why_replaced": data.get("why_replaced", ""),
        **{name: data.get(name, "") for name in TEXTS},
        "rows": {
            part.name: [
                {
                    "key": key,
                    **{name: data.get(f"{part.name}-{key}-{name}", "") for name in part.fields},
                }
                for key in data.getlist(part.name)
                if data.get("remove") != f"{part.name}-{key}"
            ]
            for part in PARTS
        },
        "photos": [
            {"key": key, "alt": data.get(f"photo-{key}-alt", "")} for key in data.getlist("photo")
        ],
    }


def _number(text: Any) -> int:
    return int(text) if str(text or "").isdecimal() else 0


@require_http_methods(["GET", "POST"])
@of_unit()
def protocol(request: HttpRequest, unit: ManagingUnit, number: str, direction: str) -> HttpResponse:
    """The draft to write, or the signed protocol to read."""
    lease = lease_in(unit_leases(request.user).filter(unit=unit), number)
    way = _direction(direction)
    found = drafts.standing(lease, way)
    editing = found is None or found.state == HandoverProtocol.State.DRAFT
    correcting = "popraw" in request.GET and not editing
    if request.method == "POST":
        permissions.require(request.user, "lease.edit", lease)
        return _post(request, unit, lease, direction)
    if not editing and not correcting:
        return _signed(request, unit, lease, found, direction)
    permissions.require(request.user, "lease.edit", lease)
    document = drafts.fresh(lease, way) if found is None else document_of(found)
    if correcting:
        document |= {"key": str(uuid.uuid4()), "version": 0}
        document["rows"] = {
            name: [{**row, "key": str(uuid.uuid4())} for row in rows]
            for name, rows in document["rows"].items()
        }
        document["photos"] = []
    return _form(request, unit, lease, direction, document, correcting=correcting)


def _post(request: HttpRequest, unit: ManagingUnit, lease: Lease, direction: str) -> HttpResponse:
    """Save what was typed; "add" and "remove" change rows, "sign" freezes it."""
    way = _direction(direction)
    document = posted(request.POST)
    if (name := request.POST.get("add")) in BY_NAME:
        document["rows"][name].append({"key": str(uuid.uuid4())})
    try:
        saved = drafts.save(lease, way, document, request.user)
        file = request.FILES.get("file")
        if file is not None:
            drafts.add_photo(
                saved, uuid.uuid4(), file, request.POST.get("new_alt", ""), request.user
            )
        if request.POST.get("remove", "").startswith("photo-"):
            drafts.remove_photo(
                saved, uuid.UUID(request.POST["remove"].removeprefix("photo-")), request.user
            )
        if "sign" in request.POST:
            signing.sign(saved, request.user, seen=saved.version)
            messages.success(request, _("The protocol is signed. Nothing in it changes any more."))
        elif not {"add", "remove"} & request.POST.keys():
            messages.success(request, _("The draft is kept."))
    except drafts.DraftChanged as problem:
        theirs = problem.extra["document"]
        return _form(
            request, unit, lease, direction, {**document, "version": theirs["version"],
            "key": theirs["key"]}, problem=problem, theirs=theirs, status=409,
        )  # fmt: skip
    except Problem as problem:
        there = drafts.standing(lease, way)
        if there is not None and there.state == HandoverProtocol.State.DRAFT:
            document |= {"version": there.version, "photos": document_of(there)["photos"]}
        return _form(
            request, unit, lease, direction, document, problem=problem, status=problem.status
        )
    return redirect(request.path + (f"#{request.POST['add']}" if "add" in request.POST else ""))


def _form(
    request: HttpRequest, unit: ManagingUnit, lease: Lease, direction: str,
    document: dict[str, Any], *, problem: Problem | None = None,
    theirs: dict[str, Any] | None = None, correcting: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    errors: dict[str, str] = {}
    found = problem.problems if isinstance(problem, Problems) else [problem] if problem else []
    for one in found:
        if one.field:
            errors.setdefault(one.field, str(one.message))
    return show(
        request,
        unit,
        "premises/lettings/handover.html",
        {
            "lease": lease,
            "place": lease.objects_let.select_related("resource").first(),
            "direction": direction,
            "way": _direction(direction),
            "document": document,
            "parts": [
                {
                    "name": part.name,
                    "rows": [_row(part, row, errors) for row in document["rows"][part.name]],
                    "blank": _row(part, {"key": "__key__"}, {}),
                }
                for part in PARTS
            ],
            "problems": found,
            "errors": errors,
            "theirs": _differences(document, theirs) if theirs else [],
            "correcting": correcting or bool(document.get("why_replaced")),
            "texts": {
                "saved": _("Kept here and sent to the city at %(time)s."),
                "waiting": _("No network. Kept on this device; it will be sent when you are back."),
                "sending": _("Sending…"),
                "conflict": _("Somebody changed the same. Choose what is right."),
                "login": _("Sign in again in another tab: what you wrote stays on this device."),
                "refused": _("Something has to be mended before it can be sent."),
                "photos": _("Photos waiting: %(count)s."),
                "full": _("This device has no room to keep the photo. Keep this page open."),
                "restored": _("What you wrote here without a network is back."),
                "mine": _("Mine"),
                "theirs": _("Theirs"),
                "empty": _("(empty)"),
                "removed": _("(removed)"),
                "unload": _("Not everything is sent yet."),
            },
        },
        status=status,
    )


def _row(part: Any, row: dict[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    """One row for the template: its fields with names, labels, choices and errors."""
    key = row["key"]
    fields = []
    for name in part.fields:
        field = part.model._meta.get_field(name)
        value = row.get(name)
        if value is None:
            value = "" if field.get_default() is None else field.get_default()
        full = f"{part.name}-{key}-{name}"
        fields.append(
            {
                "name": full, "field": name, "label": field.verbose_name, "value": value,
                "choices": field.choices, "kind": _KIND.get(field.get_internal_type(), "text"),
                "error": errors.get(full, ""),
            }
        )  # fmt: skip
    return {"key": key, "fields": fields, "error": errors.get(f"{part.name}-{key}", "")}


_KIND = {
    "DecimalField": "decimal",
    "PositiveSmallIntegerField": "number",
    "DateField": "date",
    "BooleanField": "check",
}


def _differences(mine: dict[str, Any], theirs: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """What both wrote, where it differs: (label, mine, theirs)."""
    found = []
    for name in ("day", *TEXTS):
        if str(mine.get(name, "")) != str(theirs.get(name, "")):
            label = HandoverProtocol._meta.get_field(name).verbose_name
            found.append((label, mine.get(name, ""), theirs.get(name, "")))
    for part in PARTS:
        ours = {row["key"]: row for row in mine["rows"][part.name]}
        others = {row["key"]: row for row in theirs["rows"][part.name]}
        for key in dict.fromkeys([*ours, *others]):
            for name in part.fields:
                one = str(ours.get(key, {}).get(name, ""))
                other = str(others.get(key, {}).get(name, ""))
                if one != other:
                    found.append((part.model._meta.get_field(name).verbose_name, one, other))
    return found


@require_POST
@of_unit_to("lease.edit")
def draft(request: HttpRequest, unit: ManagingUnit, number: str, direction: str) -> HttpResponse:
    """The document as JSON from the device; the answer is the server's. 409 carries theirs."""
    lease = lease_in(unit_leases(request.user).filter(unit=unit), number)
    try:
        document = json.loads(request.body) if len(request.body) <= MOST_BYTES else None
    except ValueError:
        document = None
    if not isinstance(document, dict):
        return JsonResponse({"code": "no_json"}, status=400)
    try:
        saved = drafts.save(lease, _direction(direction), document, request.user)
    except Problem as problem:
        return JsonResponse(problem.as_document(), status=problem.status)
    return JsonResponse(document_of(saved))


@require_POST
@of_unit_to("lease.edit")
def photo(request: HttpRequest, unit: ManagingUnit, number: str, direction: str) -> HttpResponse:
    """One photo of a draft: `key`, `alt`, `file`; with `remove` it goes. A repeat is no other."""
    lease = lease_in(unit_leases(request.user).filter(unit=unit), number)
    found = drafts.standing(lease, _direction(direction))
    if found is None:
        return JsonResponse({"code": "no_draft"}, status=409)
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return JsonResponse({"code": "no_key"}, status=422)
    try:
        if "remove" in request.POST:
            drafts.remove_photo(found, key, request.user)
        elif "file" not in request.FILES:
            return JsonResponse({"code": "no_file"}, status=422)
        else:
            alt = request.POST.get("alt", "")
            drafts.add_photo(found, key, request.FILES["file"], alt, request.user)
    except Problem as problem:
        return JsonResponse(problem.as_document(), status=problem.status)
    return JsonResponse({"key": str(key)})


def _signed(
    request: HttpRequest, unit: ManagingUnit, lease: Lease, found: Any, direction: str
) -> HttpResponse:
    document = papers.document_of(found)
    return show(
        request,
        unit,
        "premises/lettings/protocol.html",
        {
            "lease": lease,
            "protocol": found,
            "direction": direction,
            "document": document,
            # Made and escaped by our own document engine when the protocol was signed.
            "article": mark_safe(document.html) if document else "",  # noqa: S308
            "may_edit": permissions.can(request.user, "lease.edit", lease),
            "readings": drafts.readings_of(lease) if found.direction == "out" else [],
        },
    )


def _visible(request: HttpRequest) -> Any:
    """Protocols that the person may read: their unit's; of their own contracts the signed ones."""
    ours = HandoverProtocol.objects.filter(lease__in=unit_leases(request.user))
    own = HandoverProtocol.objects.filter(
        lease__in=own_leases(request.user), state=HandoverProtocol.State.SIGNED
    )
    return HandoverProtocol.objects.filter(pk__in=ours.values("pk")) | (
        HandoverProtocol.objects.filter(pk__in=own.values("pk"))
    )


@require_safe
def picture(request: HttpRequest, key: uuid.UUID) -> FileResponse:
    """A photo of a protocol, for whoever may read the protocol."""
    found = get_object_or_404(
        HandoverPhoto.objects.filter(protocol__in=_visible(request)).select_related("file"),
        key=key,
    )
    response = FileResponse(found.file.file.open("rb"), content_type=found.file.content_type)
    response["Cache-Control"] = "private"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def paper(request: HttpRequest, key: uuid.UUID) -> FileResponse:
    """The PDF of a signed protocol."""
    found = get_object_or_404(_visible(request), key=key)
    document = papers.document_of(found)
    if document is None:
        raise Http404
    response = FileResponse(
        document.pdf.file.open("rb"), as_attachment=True, filename=document.pdf.name,
        content_type="application/pdf",
    )  # fmt: skip
    response["Cache-Control"] = "private"
    response["X-Content-Type-Options"] = "nosniff"
    return response
