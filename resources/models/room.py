from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from records.history import tracked


@tracked()
class Room(models.Model):
    """A hall, classroom or other room that is used by the hour."""

    class Noise(models.TextChoices):
        QUIET = "quiet", _("quiet activities only")
        NORMAL = "normal", _("normal conversation, music in the background")
        LOUD = "loud", _("music and dance are fine")

    class Activity(models.TextChoices):
        MEETING = "meeting", _("meetings")
        WORKSHOP = "workshop", _("workshops and training")
        LECTURE = "lecture", _("lectures and shows")
        REHEARSAL = "rehearsal", _("rehearsals")
        DANCE = "dance", _("dance and movement")
        SPORT = "sport", _("sport")
        CHILDREN = "children", _("activities for children")
        EXHIBITION = "exhibition", _("exhibitions")
        CATERING = "catering", _("meals")

    resource = models.OneToOneField(
        "resources.Resource", primary_key=True, on_delete=models.CASCADE, related_name="room"
    )
    floor = models.SmallIntegerField(_("floor"), null=True, blank=True, help_text="0: ground floor")
    height_m = models.DecimalField(
        _("height (m)"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    noise = models.CharField(_("noise"), max_length=10, choices=Noise, blank=True)
    activities = ArrayField(
        models.CharField(max_length=20, choices=Activity), default=list, blank=True
    )
    not_allowed_pl = models.CharField(_("not allowed (Polish)"), max_length=300, blank=True)
    not_allowed_en = models.CharField(_("not allowed (English)"), max_length=300, blank=True)

    def __str__(self) -> str:
        return str(self.resource)


@tracked()
class RoomLayout(models.Model):
    """How many people the room takes, arranged in one way."""

    class Layout(models.TextChoices):
        THEATRE = "theatre", _("rows of chairs")
        TABLES = "tables", _("at tables")
        BOARDROOM = "boardroom", _("round one table")
        STANDING = "standing", _("standing")
        SPORT = "sport", _("sport")

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="layouts")
    layout = models.CharField(max_length=10, choices=Layout)
    capacity = models.PositiveIntegerField()

    class Meta:
        ordering = ["-capacity"]
        constraints = [
            models.UniqueConstraint(fields=["room", "layout"], name="room_layout_once"),
            models.CheckConstraint(
                name="room_layout_takes_people", condition=models.Q(capacity__gt=0)
            ),
        ]
