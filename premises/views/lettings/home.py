"""`/najem/`: which desk; `/najem/<unit>/`: what is due there."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from premises.models import Premises
from premises.scopes import units_where
from premises.vacancy import falling_vacant, vacant
from premises.views.lettings.access import of_unit, show
from resources.models import ManagingUnit, Resource


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The desks of the person; straight to the only one."""
    keeping = Premises.objects.values("resource__unit")
    units = list(
        units_where(request.user, "lettings.desk").filter(merged_into=None, pk__in=keeping)
    )
    if len(units) == 1:
        return redirect("lettings:unit", unit=units[0].code)
    return render(request, "premises/lettings/home.html", {"units": units})


@require_safe
@of_unit()
def unit(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    stock = Resource.objects.filter(unit=unit, kind="premises")
    figures = {
        "all": stock.count(),
        "vacant": vacant(stock).count(),
        "falling_vacant": falling_vacant(stock).count(),
    }
    return show(request, unit, "premises/lettings/unit.html", {"figures": figures})
