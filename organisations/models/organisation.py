from django.contrib.gis.db import models
from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.history import tracked


class Sphere(models.Model):
    """A sphere of public tasks (art. 4(1) of the public-benefit act): a dated dictionary.

    The act is renumbered from time to time, so a code is valid for a time and rests on an act.
    """

    code = models.CharField(max_length=10, help_text="point of art. 4(1), for example 1a")
    order = models.PositiveSmallIntegerField()
    text_pl = models.CharField(max_length=300)
    text_en = models.CharField(max_length=300)
    valid = DateRangeField()
    legal_act = models.ForeignKey("records.LegalAct", on_delete=models.PROTECT)
    confirmed = models.BooleanField(
        default=False, help_text="whether the text was checked against the journal of laws"
    )

    class Meta:
        verbose_name = _("sphere of public tasks")
        verbose_name_plural = _("spheres of public tasks")
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["code", "legal_act"], name="sphere_code_once_per_act")
        ]

    def __str__(self) -> str:
        return f"{self.code}. {self.text_pl}"


@tracked()
class Organisation(models.Model):
    """An NGO, a group without legal personality, or another body that asks for municipal space.

    Identifiers come from public registers: knowing one proves nothing about who is writing.
    `seat` may lie outside the city; `places` say where the organisation acts.
    """

    class LegalForm(models.TextChoices):
        REGISTERED_ASSOCIATION = "registered_association", _("registered association")
        ORDINARY_ASSOCIATION = "ordinary_association", _("ordinary association")
        LOCAL_BRANCH = "local_branch", _("local branch")
        FEDERATION = "federation", _("federation of associations")
        FOUNDATION = "foundation", _("foundation")
        SPORTS_CLUB = "sports_club", _("sports club")
        SCHOOL_SPORTS_CLUB = "school_sports_club", _("school sports club")
        RURAL_WOMENS_CIRCLE = "rural_womens_circle", _("rural women's circle")
        SOCIAL_COOPERATIVE = "social_cooperative", _("social cooperative")
        NONPROFIT_COMPANY = "nonprofit_company", _("non-profit company")
        CHURCH_ENTITY = "church_entity", _("church legal person")
        LOCAL_GOVERNMENT_ASSOCIATION = (
            "association_of_local_governments",
            _("association of local governments"),
        )
        EXCLUDED_ENTITY = "excluded_entity", _("party, union or professional body")
        INFORMAL_GROUP = "informal_group", _("informal group or residents' initiative")

    class VerificationState(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("waiting for verification")
        VERIFIED = "verified", _("verified")
        STALE = "stale", _("confirmation out of date")
        SUSPENDED = "suspended", _("suspended")
        ARCHIVED = "archived", _("archived")

    class OppStatus(models.TextChoices):
        NONE = "none", _("not a public benefit organisation")
        GRANTED = "granted", _("public benefit organisation")
        LOST = "lost", _("status lost")
        UNKNOWN = "unknown", _("not checked")

    class Scope(models.TextChoices):
        ESTATE = "estate", _("housing estate")
        DISTRICT = "district", _("district")
        CITY = "city", _("city")
        REGION = "region", _("region")
        COUNTRY = "country", _("country")
        WORLD = "world", _("international")

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=300, db_collation="pl-x-icu")
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    legal_form = models.CharField(_("legal form"), max_length=40, choices=LegalForm)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("branch of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="branches",
    )
    krs = models.CharField("KRS", max_length=10, blank=True)
    nip = models.CharField("NIP", max_length=10, blank=True)
    regon = models.CharField("REGON", max_length=14, blank=True)
    other_register = models.CharField(_("entry in another register"), max_length=120, blank=True)
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    opp_status = models.CharField(max_length=10, choices=OppStatus, default=OppStatus.UNKNOWN)
    opp_from = models.DateField(null=True, blank=True)
    opp_until = models.DateField(null=True, blank=True)
    opp_checked_on = models.DateField(null=True, blank=True)
    about_pl = models.TextField(_("about us (Polish)"), blank=True, max_length=2000)
    about_en = models.TextField(_("about us (English)"), blank=True, max_length=2000)
    website = models.URLField(_("website"), blank=True)
    bip_url = models.URLField(_("public information bulletin"), blank=True)
    ade_address = models.CharField(
        _("e-delivery address"), max_length=40, blank=True, help_text="AE:PL-…"
    )
    scope = models.CharField(_("range of activity"), max_length=10, choices=Scope, blank=True)
    seat_address = models.CharField(_("seat"), max_length=200, blank=True)
    seat_postcode = models.CharField(_("postcode"), max_length=6, blank=True)
    seat_locality = models.CharField(_("locality"), max_length=80, default="Kraków", blank=True)
    seat_point = models.PointField(srid=4326, null=True, blank=True)
    seat_district = models.ForeignKey(
        "maps.District", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verification_state = models.CharField(
        _("verification"), max_length=12, choices=VerificationState, default=VerificationState.DRAFT
    )
    verified_until = models.DateField(_("confirmed until"), null=True, blank=True)
    review_note = models.CharField(
        _("note of the city"),
        max_length=500,
        blank=True,
        help_text="what to mend, or what changed since it was verified",
    )
    updated_by_organisation_on = models.DateField(_("looked through on"), null=True, blank=True)
    is_public = models.BooleanField(_("show the profile to everybody"), default=True)
    source = models.ForeignKey("records.DataSource", null=True, on_delete=models.PROTECT)
    is_sample = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        indexes = [
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="organisation_name_trgm")
        ]
        constraints = [
            # A branch without legal personality shares its parent's numbers.
            *[
                models.UniqueConstraint(
                    fields=[number],
                    condition=~Q(**{number: ""}) & ~Q(legal_form="local_branch"),
                    name=f"organisation_{number}_unique",
                    violation_error_message=message,
                )
                for number, message in (
                    ("krs", _("There is already an organisation with this KRS number.")),
                    ("nip", _("There is already an organisation with this NIP.")),
                    ("regon", _("There is already an organisation with this REGON.")),
                )
            ],
            models.CheckConstraint(
                name="organisation_krs_form",
                condition=Q(krs="") | Q(krs__regex=r"^\d{10}$"),
                violation_error_message=_("A KRS number has ten digits."),
            ),
            models.CheckConstraint(
                name="organisation_nip_form",
                condition=Q(nip="") | Q(nip__regex=r"^\d{10}$"),
                violation_error_message=_("A NIP has ten digits."),
            ),
            models.CheckConstraint(
                name="organisation_regon_form",
                condition=Q(regon="") | Q(regon__regex=r"^(\d{9}|\d{14})$"),
                violation_error_message=_("A REGON has nine or fourteen digits."),
            ),
            models.CheckConstraint(
                name="organisation_informal_group_has_no_krs",
                condition=~Q(legal_form="informal_group") | Q(krs=""),
                violation_error_message=_("An informal group is not entered in the KRS."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationSphere(models.Model):
    """A sphere in which the organisation acts."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="spheres")
    sphere = models.ForeignKey(Sphere, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "sphere"], name="organisation_sphere_once"
            )
        ]


class OrganisationPlace(models.Model):
    """A place of activity: a whole district, or an address with a point."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="places")
    district = models.ForeignKey(
        "maps.District", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    address = models.CharField(max_length=200, blank=True)
    point = models.PointField(srid=4326, null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="organisation_place_says_where",
                condition=Q(district__isnull=False) | Q(point__isnull=False),
                violation_error_message=_("Choose a district or an address."),
            )
        ]


@tracked()
class OrganisationContact(models.Model):
    """A way to reach the organisation: for everybody, or for the office only."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("e-mail")
        PHONE = "phone", _("telephone")
        PERSON = "person", _("contact person")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="contacts"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    value = models.CharField(max_length=200)
    public = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
