from django import forms
from django.utils.translation import gettext_lazy as _


class ComponentSheetForm(forms.Form):
    """Fields of each kind for the component sheet; it is drawn, never sent."""

    name = forms.CharField(label=_("What the meeting is about"), help_text=_("One sentence."))
    people = forms.IntegerField(label=_("How many people usually come"), max_value=40)
    layout = forms.ChoiceField(
        label=_("Layout"),
        choices=[("rows", _("rows of chairs")), ("tables", _("tables"))],
        required=False,
    )
    minors = forms.ChoiceField(
        label=_("Will there be minors?"),
        choices=[("no", _("no")), ("yes", _("yes"))],
        widget=forms.RadioSelect,
        initial="no",
        required=False,
    )
    agreed = forms.BooleanField(label=_("I know the rules of the place"))
    note = forms.CharField(label=_("Note"), widget=forms.Textarea, required=False)
