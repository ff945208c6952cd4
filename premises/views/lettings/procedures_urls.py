"""Addresses of procedures on the desk, below /najem/<unit>/."""

from django.urls import path

from premises.views.lettings import procedures, received

_ONE = "<slug:unit>/nabory/<slug:code>/"
_APPLICATION = _ONE + "wnioski/<int:number>/"

urlpatterns = [
    path("<slug:unit>/nabory/", procedures.procedures, name="procedures"),
    path("<slug:unit>/nabory/nowy/", procedures.new, name="new_procedure"),
    path(_ONE, procedures.procedure, name="procedure"),
    path(_ONE + "plan/", procedures.plan, name="procedure_plan"),
    path(_ONE + "krok/", procedures.step, name="procedure_step"),
    path(_ONE + "dluzej/", procedures.extend, name="procedure_extend"),
    path(_ONE + "pliki/", procedures.attach, name="procedure_attach"),
    path(_ONE + "pytania/<int:pk>/", procedures.answer, name="procedure_answer"),
    path(_APPLICATION, received.received, name="received"),
    path(_APPLICATION + "lista-kontrolna/", received.checklist, name="received_checklist"),
    path(_APPLICATION + "wezwanie/", received.correction, name="received_correction"),
    path(_APPLICATION + "krok/", received.step, name="received_step"),
    path(_APPLICATION + "wadium/", received.deposit, name="received_deposit"),
]
