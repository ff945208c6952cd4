from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.history import tracked
from resources.models.opening import MinuteRange
from resources.models.policy import UserGroup


class PriceList(models.Model):
    """Prices of a unit for one class of its places."""

    unit = models.ForeignKey(
        "resources.ManagingUnit", on_delete=models.CASCADE, related_name="price_lists"
    )
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


@tracked()
class PriceRate(models.Model):
    """What an hour costs one user group, in a term and a time band. Zero names its ground."""

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="rates")
    user_group = models.CharField(max_length=20, choices=UserGroup)
    valid = DateRangeField()
    from_minute = models.PositiveSmallIntegerField(default=0)
    to_minute = models.PositiveSmallIntegerField(default=1440)
    net_per_hour = models.DecimalField(max_digits=8, decimal_places=2, help_text="PLN")
    vat_rate = models.DecimalField(
        max_digits=4, decimal_places=1, null=True, blank=True, help_text="percent; empty: no VAT"
    )
    ground_pl = models.CharField(max_length=200, blank=True)
    ground_en = models.CharField(max_length=200, blank=True)
    legal_act = models.ForeignKey("records.LegalAct", null=True, on_delete=models.PROTECT)

    class Meta:
        ordering = ["user_group", "valid", "from_minute"]
        constraints = [
            ExclusionConstraint(
                name="price_rate_one_at_a_time",
                expressions=[
                    ("price_list", RangeOperators.EQUAL),
                    ("user_group", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                    (MinuteRange("from_minute", "to_minute"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("There is already a price for this group and time."),
            ),
            models.CheckConstraint(
                name="price_rate_not_negative",
                condition=Q(net_per_hour__gte=0),
                violation_error_message=_("A price cannot be negative."),
            ),
            models.CheckConstraint(
                name="price_rate_free_names_its_ground",
                condition=Q(net_per_hour__gt=0) | ~Q(ground_pl=""),
                violation_error_message=_("Say on what ground the use is free."),
            ),
            models.CheckConstraint(
                name="price_rate_band_ordered",
                condition=Q(from_minute__lt=models.F("to_minute")) & Q(to_minute__lte=1440),
            ),
        ]
