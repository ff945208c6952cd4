from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.history import tracked
from resources.models.room import Room


@tracked()
class WordFamily(models.Model):
    """Words that a search takes for each other: "rzutnik" and "projektor", "taniec" and "balet".

    Inflection needs no row here (resources/search/words.py); synonyms and irregular words do.
    With an activity, the words are also found on every room that permits it: a trigger writes them
    into the room's `search_text`.
    """

    code = models.SlugField(max_length=40, unique=True)
    words = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("words"),
        help_text=_("Single words, separated by commas; any form of each will do."),
    )
    activity = models.CharField(
        _("rooms that permit"), max_length=20, choices=Room.Activity, blank=True
    )

    class Meta:
        verbose_name = _("word family of the search")
        verbose_name_plural = _("word families of the search")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="word_family_has_words",
                condition=Q(words__len__gt=0),
                violation_error_message=_("Enter at least one word."),
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(self.words)
