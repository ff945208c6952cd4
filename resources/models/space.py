from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Space(models.Model):
    """A part of a resource that can be held, or that is made of such parts.

    A tree: a hall is a node, its sectors are leaves, an undivided room is a single leaf. Only
    leaves are claimed, which the database checks (`leaf` of Claim); only nodes have children
    (`parent_is_leaf`). Sectors that no longer exist keep their claims and end their validity.
    """

    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="children",
        db_constraint=False,  # replaced by a key over (parent_id, parent_is_leaf): see migration
    )
    parent_is_leaf = models.BooleanField(default=False, editable=False)
    is_leaf = models.BooleanField(default=True)
    name = models.CharField(max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    valid = DateRangeField(null=True, blank=True, help_text="empty: always")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "is_leaf"], name="space_id_is_leaf_unique"),
            models.CheckConstraint(
                name="space_parent_is_no_leaf",
                condition=Q(parent_is_leaf=False),
                violation_error_message=_("Only a divisible space can have parts."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"space {self.pk}"


class SpaceLeaf(models.Model):
    """Which leaves a space is made of, itself included when it is one. Kept by a trigger on Space.

    Search joins it to claims: a hall is free when all its leaves are.
    """

    pk = models.CompositePrimaryKey("space_id", "leaf_id")
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="leaf_rows")
    leaf = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
