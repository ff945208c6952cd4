"""Roles over the city, and the way to those in units: for the administrator."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from organisations import city_roles
from organisations.forms import CityRoleForm, show
from organisations.models import CityRole
from organisations.panels import ROLE_PAGES
from organisations.permissions import require
from records import clock
from records.past import entries_for
from records.problems import Problem


@login_required
@require_http_methods(["GET", "POST"])
def city_role_list(request: HttpRequest) -> HttpResponse:
    require(request.user, "city_role.manage")
    form = CityRoleForm(request.POST or None, initial={"first": clock.today()})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                given = city_roles.grant(request.user, **form.cleaned_data)
            except Problem as refused:
                show(refused, form)
            else:
                messages.success(request, _("%(person)s has the role.") % {"person": given.person})
                return redirect("city_roles")
    today = clock.today()
    roles = CityRole.objects.select_related("person").order_by("role", "person__full_name")
    over = roles.filter(valid__fully_lt=(today, None))
    current = [role for role in roles if role not in set(over)]
    context = {
        "form": form,
        "current": current,
        "over": over,
        "entries": entries_for(*current)[:50],
        "pages": [page for pages in ROLE_PAGES for page in pages()],
    }
    return render(request, "organisations/city_roles.html", context, status=status)


@login_required
@require_POST
def end_city_role(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, "city_role.manage")
    given = get_object_or_404(CityRole, pk=pk)
    try:
        city_roles.end(request.user, given)
    except Problem as refused:
        if refused.status in (403, 404):
            raise
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("The role has ended."))
    return redirect("city_roles")
