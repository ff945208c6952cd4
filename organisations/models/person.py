from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from records.history import tracked


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save()
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


@tracked()
class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody with an account. What they may do comes from roles and memberships."""

    email = models.EmailField(_("e-mail"), max_length=254)
    full_name = models.CharField(_("first and last name"), max_length=150)
    language = models.CharField(
        _("language"), max_length=5, choices=[("pl", "polski"), ("en", "English")], default="pl"
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="may open the technical admin")
    is_sample = models.BooleanField(default=False)
    date_joined = models.DateTimeField()
    shortcuts_enabled = models.BooleanField(_("keyboard shortcuts at the desk"), default=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects = PersonManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="person_email_unique",
                violation_error_message=_("There is already an account with this e-mail."),
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[0] if self.full_name else self.email


@tracked()
class CityRole(models.Model):
    """A role that reaches over all units, for a term. Roles inside a unit are in `resources`."""

    class Role(models.TextChoices):
        COORDINATOR = "coordinator", _("coordinator of cooperation with NGOs")
        PLANNER = "planner", _("planner of the Civic Centre network")
        ADMINISTRATOR = "administrator", _("administrator")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="city_roles")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    valid = DateRangeField(_("term"), help_text="half-open; no end: until withdrawn")

    class Meta:
        verbose_name = _("role over the city")
        verbose_name_plural = _("roles over the city")
        constraints = [
            ExclusionConstraint(
                name="city_role_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person already holds the role then."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"
