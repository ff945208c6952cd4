"""Who looks after which cases, and passing a caseload on."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from premises.desk import caseload as domain
from premises.views.lettings.access import may_in, of_unit_to, show
from records.problems import Problem
from resources.models import ManagingUnit

NOBODY = "-"


class HandOverForm(forms.Form):
    """From whom (or what nobody looks after) to whom, and a word to the new officer."""

    giver = forms.ChoiceField(label=gettext_lazy("Cases of"))
    taker = forms.ChoiceField(label=gettext_lazy("New officer"))
    note = forms.CharField(
        label=gettext_lazy("A word to the new officer"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, unit: ManagingUnit, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.loads = {
            str(load.person.pk) if load.person else NOBODY: load for load in domain.caseload(unit)
        }
        self.officers = {str(one.pk): one for one in domain.officers_of(unit)}
        self.fields["giver"].choices = [
            (key, self._words(load)) for key, load in self.loads.items() if load.total
        ]
        self.fields["taker"].choices = [(key, str(one)) for key, one in self.officers.items()]

    @staticmethod
    def _words(load: domain.Load) -> str:
        name = str(load.person) if load.person else _("nobody yet")
        cases = ngettext("%(number)d case", "%(number)d cases", load.total) % {"number": load.total}
        return f"{name} ({cases})"


@require_safe
@of_unit_to("caseload.view")
def caseload(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    loads = domain.caseload(unit)
    return show(
        request,
        unit,
        "premises/lettings/caseload.html",
        {
            "loads": loads,
            "total": sum(load.total for load in loads),
            "unassigned": sum(load.total for load in loads if load.person is None),
            "stranded": sum(load.total for load in loads if not load.serves),
            "may_manage": may_in(request.user, "caseload.manage", unit),
        },
    )


@require_http_methods(["GET", "POST"])
@of_unit_to("caseload.manage")
def hand_over(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    form = HandOverForm(
        request.POST or None, unit=unit, initial={"giver": request.GET.get("od", "")}
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            taker = form.officers[form.cleaned_data["taker"]]
            try:
                number = domain.hand_over(
                    unit,
                    giver=form.loads[form.cleaned_data["giver"]].person,
                    taker=taker,
                    by=request.user,
                    note=form.cleaned_data["note"],
                )
            except Problem as problem:
                form.add_error(problem.field, str(problem.message))
                status = problem.status
            else:
                words = ngettext(
                    "%(number)d case passed on to %(person)s.",
                    "%(number)d cases passed on to %(person)s.",
                    number,
                )
                messages.success(request, words % {"number": number, "person": taker})
                return redirect("lettings:caseload", unit=unit.code)
    return show(request, unit, "premises/lettings/hand_over.html", {"form": form}, status=status)
