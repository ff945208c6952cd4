from django.urls import path

from premises.views.lettings import templates

_one = "<slug:unit>/szablony/<slug:code>/<slug:language>/"

urlpatterns = [
    path("<slug:unit>/szablony/", templates.templates, name="templates"),
    path(_one, templates.template, name="template"),
    path(f"{_one}edycja/", templates.edit, name="template_edit"),
    path(f"{_one}podglad/", templates.show_preview, name="template_preview"),
    path(f"{_one}publikuj/", templates.publish, name="template_publish"),
    path(f"{_one}usun/", templates.discard, name="template_discard"),
    path(f"{_one}roznice/", templates.differences, name="template_diff"),
]
