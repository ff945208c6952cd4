"""The public register and the page of one organisation."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from organisations import members, verification
from organisations.forms import ReasonForm, RegisterSearchForm, VerifyForm
from organisations.models import JoinRequest, Organisation, OrganisationSphere
from organisations.panels import panels_of
from organisations.permissions import can
from organisations.queries import found_in_register
from organisations.roles import roles_of
from organisations.scopes import organisations_visible_to
from records.past import entries_for
from records.problems import NotFound

_PER_PAGE = 25


def visible_or_404(person: Any, slug: str) -> Organisation:
    """The organisation with this address, if the person may see it."""
    organisation = (
        organisations_visible_to(person)
        .select_related("seat_district", "parent", "source")
        .filter(slug=slug)
        .first()
    )
    if organisation is None:
        raise NotFound(_("There is no such organisation in the register."))
    return organisation


@require_safe
def organisation_list(request: HttpRequest) -> HttpResponse:
    all_states = can(request.user, "organisation.list_all")
    form = RegisterSearchForm(request.GET, all_states=all_states)
    form.is_valid()
    found = found_in_register(request.user, form.criteria).prefetch_related(
        Prefetch("spheres", OrganisationSphere.objects.select_related("sphere"))
    )
    page = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "number": page.paginator.count,
        "narrowed": any(request.GET.get(name) for name in form.fields),
        "all_states": all_states,
        "waiting": verification.waiting().count() if all_states else 0,
    }
    return render(request, "organisations/list.html", context)


@require_safe
def organisation_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Public facts for everybody; more for members and officials, as their rights say."""
    person = request.user
    organisation = visible_or_404(person, slug)
    allowed = {
        action: can(person, f"organisation.{action}", organisation)
        for action in (
            "edit",
            "confirm",
            "submit",
            "view_members",
            "manage_members",
            "verify",
            "history",
            "view_office_contacts",
            "request_for",
        )
    }
    contacts = list(organisation.contacts.order_by("kind", "pk"))
    my_role = roles_of(person).organisations.get(organisation.pk)
    context: dict[str, Any] = {
        "organisation": organisation,
        "allowed": allowed,
        "is_member": my_role is not None,
        "public_contacts": [contact for contact in contacts if contact.public],
        "office_contacts": [contact for contact in contacts if not contact.public]
        if allowed["view_office_contacts"]
        else [],
        "spheres": [
            row.sphere
            for row in organisation.spheres.select_related("sphere").order_by("sphere__order")
        ],
        "places": organisation.places.select_related("district").order_by("district", "address"),
        "panels": panels_of(request, organisation),
        "may_join": my_role is None
        and not allowed["verify"]
        and can(person, "organisation.ask_to_join", organisation),
        "asked": person.is_authenticated
        and organisation.join_requests.filter(
            person=person, state=JoinRequest.State.WAITING
        ).exists(),
    }
    if allowed["submit"]:
        context["missing"] = verification.missing_for_submission(organisation)
    if allowed["view_members"]:
        context["members"] = members.current_members(organisation)
        context["join_waiting"] = organisation.join_requests.filter(
            state=JoinRequest.State.WAITING
        ).count()
    if allowed["verify"]:
        context["steps"] = verification.possible_steps(organisation)
        context["verify_form"] = VerifyForm(prefix="verify")
        context["reason_form"] = ReasonForm(prefix="reason")
    if allowed["verify"] or allowed["edit"]:
        context["verifications"] = organisation.verifications.all()[:5]
    if allowed["history"]:
        context["entries"] = entries_for(organisation)
    return render(request, "organisations/detail.html", context)
