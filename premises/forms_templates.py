"""Forms of document templates: the text of a draft, and its publication."""

from django import forms
from django.utils.translation import gettext_lazy

from records.clock import today


class TemplateForm(forms.Form):
    """The draft as the official writes it; `edit` is the state they began from."""

    edit = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=gettext_lazy("Name of the template"), max_length=160)
    body = forms.CharField(
        label=gettext_lazy("Text"),
        widget=forms.Textarea(attrs={"rows": 28, "class": "mono", "spellcheck": "true"}),
        strip=False,
        max_length=60_000,
    )
    note = forms.CharField(
        label=gettext_lazy("What changed and why"), max_length=300, required=False
    )


class PublishTemplateForm(forms.Form):
    edit = forms.IntegerField(widget=forms.HiddenInput)
    first_day = forms.DateField(
        label=gettext_lazy("In force from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Today at the earliest. The version before ends there."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_day"].initial = today
