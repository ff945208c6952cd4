"""What officials do with the stock: holds they record, filters they keep, files they load."""

from datetime import date, timedelta

from django.contrib.postgres.fields import DateRangeField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.history import tracked


@tracked()
class OfficerHold(models.Model):
    """Premises that an officer keeps out of letting for a time: renovation, dispute, withdrawal.

    It owns a hold whose claims stand in both layers, so that such premises are neither booked nor
    let, and read as what they are. Ending early shortens `period` and the claims; the record stays.
    """

    class Reason(models.TextChoices):
        RENOVATION = "renovation", _("renovation")
        DISPUTE = "dispute", _("dispute")
        WITHDRAWAL = "withdrawal", _("withdrawal")

    hold = models.OneToOneField(
        "resources.Hold", on_delete=models.PROTECT, related_name="officer_hold"
    )
    premises = models.ForeignKey(
        "premises.Premises", on_delete=models.PROTECT, related_name="officer_holds"
    )
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    note = models.CharField(
        _("why"), max_length=500, help_text="for officials; the public reads the reason alone"
    )
    period = DateRangeField(help_text="half-open; no end: until somebody lifts it")
    recorded_by = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=200, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_note = models.CharField(_("why it is lifted"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("hold recorded by an officer")
        verbose_name_plural = _("holds recorded by officers")
        ordering = ["-period", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="officer_hold_period_begins",
                condition=Q(period__startswith__isnull=False),
                violation_error_message=_("Give the first day."),
            ),
            models.CheckConstraint(
                name="officer_hold_reasoned",
                condition=~Q(note=""),
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                name="officer_hold_lifted_by_somebody",
                condition=Q(lifted_at__isnull=True, lifted_by="")
                | Q(lifted_at__isnull=False) & ~Q(lifted_by=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.premises}: {self.get_reason_display()}"

    @property
    def last_day(self) -> date | None:
        upper = self.period.upper
        return upper - timedelta(days=1) if upper else None


class SavedFilter(models.Model):
    """Conditions of the stock list under a name: one person's, or the whole unit's."""

    unit = models.ForeignKey(
        "resources.ManagingUnit", on_delete=models.CASCADE, related_name="stock_filters"
    )
    person = models.ForeignKey(
        "organisations.Person", on_delete=models.CASCADE, related_name="stock_filters"
    )
    name = models.CharField(_("name of the filter"), max_length=80)
    query = models.CharField(max_length=1000, help_text="canonical query of the list's address")
    shared = models.BooleanField(_("for everybody in the unit"), default=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "person", "name"],
                name="saved_filter_name_once",
                violation_error_message=_("You have a filter of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ColumnMapping(models.Model):
    """How a unit's own spreadsheet names our columns: remembered from its last import."""

    unit = models.OneToOneField(
        "resources.ManagingUnit",
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="stock_mapping",
    )
    columns = models.JSONField(help_text="their header in plain form -> our column, or empty")
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.unit}"


class StockImport(models.Model):
    """One file of a unit's stock: uploaded, perhaps loaded, perhaps undone.

    The cells are kept as read until the file is loaded, so that the column mapping, the dry run
    and the loading speak of the same bytes.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        LOADED = "loaded", _("loaded")
        UNDONE = "undone", _("undone")

    unit = models.ForeignKey(
        "resources.ManagingUnit", on_delete=models.PROTECT, related_name="stock_imports"
    )
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    sheet = models.JSONField(
        null=True, help_text="header and rows of cells as text; gone once loaded"
    )
    columns = models.JSONField(default=list, help_text="our column, or empty, for each of theirs")
    row_count = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.CharField(max_length=200)
    loaded_at = models.DateTimeField(null=True, blank=True)
    loaded_by = models.CharField(max_length=200, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("import of the stock")
        verbose_name_plural = _("imports of the stock")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="stock_import_states_dated",
                condition=Q(state="uploaded", loaded_at__isnull=True, undone_at__isnull=True)
                | Q(state="loaded", loaded_at__isnull=False, undone_at__isnull=True)
                | Q(state="undone", loaded_at__isnull=False, undone_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class StockImportRow(models.Model):
    """What one line of a loaded file did: the columns it changed, before and after.

    `before` is null for premises that the import added. Values are texts as an export writes them,
    so that undoing is an import of the values before.
    """

    stock_import = models.ForeignKey(StockImport, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(help_text="as a spreadsheet counts; the header is 1")
    number = models.CharField(max_length=30)
    premises = models.ForeignKey(
        "premises.Premises",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="null once an added row was undone",
    )
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(
                fields=["stock_import", "line"], name="stock_import_row_once_per_line"
            )
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.number}"
