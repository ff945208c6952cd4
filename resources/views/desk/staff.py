"""People of a unit: who decides, who stands in, who looks."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from records.clock import today
from records.problems import Problem
from resources import staff as domain
from resources.forms.rules import GrantForm
from resources.models import ManagingUnit, StaffRole
from resources.permissions import can
from resources.views.desk.access import of_unit, show


@require_safe
@of_unit("unit.view_staff", sees="unit.view_staff")
def staff(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    posts = domain.posts_of(unit)
    return show(
        request,
        unit,
        "desk/staff.html",
        {
            "posts": posts,
            "deciders": sum(
                post.in_force and post.role.role in (StaffRole.Role.HEAD, StaffRole.Role.DECIDER)
                for post in posts
            ),
            "may_name_head": can(request.user, "unit.name_head", unit),
        },
    )


@require_http_methods(["GET", "POST"])
@of_unit("unit.delegate", sees="unit.view_staff")
def grant(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    form = GrantForm(
        request.POST or None,
        initial={"first": today()},
        unit=unit,
        may_name_head=can(request.user, "unit.name_head", unit),
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                post = domain.grant(unit, by=request.user, **form.cleaned_data)
                messages.success(
                    request,
                    _("%(person)s: %(role)s.")
                    % {"person": post.person, "role": post.get_role_display()},
                )
                return redirect("desk:staff", unit=unit.code)
            except Problem as problem:
                field = problem.field if problem.field in form.fields else None
                form.add_error(field, str(problem.message))
                status = problem.status
    return show(request, unit, "desk/grant.html", {"form": form}, status=status)


@require_POST
@of_unit("unit.delegate", sees="unit.view_staff")
def end(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    post = get_object_or_404(StaffRole.objects.select_related("person", "unit"), unit=unit, pk=pk)
    domain.end(post, by=request.user)
    messages.success(request, _("The role of %(person)s has ended.") % {"person": post.person})
    return redirect("desk:staff", unit=unit.code)
