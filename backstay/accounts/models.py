"""Parties: organisations and their contacts, staff and their teams, and how each signs in."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models.lookups import BuiltinLookup

from backstay.accounts.choices import Access, CaseView, Fact, Proof, Role
from backstay.core.models import BoundRow


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A sign-in. What it may do hangs on the staff member or the contact that it belongs to."""

    email = models.EmailField(unique=True)  # stored in lower case
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.email


class Team(models.Model):
    """A group of staff; `tier` 1 is the first line, 2 the second."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    tier = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return self.name


class Staff(models.Model):
    """A member of the vendor's staff. What they may see under the US boundary: see `residency`."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="staff")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="staff")
    language = models.CharField(max_length=5, default="en")
    timezone = models.CharField(max_length=50, default="UTC")
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "staff"

    def __str__(self) -> str:
        return self.name


class Organisation(BoundRow):
    """A customer or a partner. It is bound as soon as it holds any contract under the boundary."""

    name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=200, db_index=True)  # accents folded, lower case
    region = models.SlugField()  # the support region's key, see calendars
    language = models.CharField(max_length=5, default="en")
    timezone = models.CharField(max_length=50, default="UTC")

    def __str__(self) -> str:
        return self.name


class Contact(BoundRow):
    """A person of an organisation. Without a user they cannot sign in."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="contacts", db_constraint=False
    )
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="contact", null=True)
    name = models.CharField(max_length=120)
    email = models.EmailField(unique=True)  # stored in lower case
    language = models.CharField(max_length=5, default="en")
    timezone = models.CharField(max_length=50, default="UTC")
    case_view = models.CharField(max_length=20, choices=[(view.value, view.value) for view in CaseView])
    access = models.CharField(max_length=10, choices=[(access.value, access.value) for access in Access])
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Grant(BoundRow):
    """A partner's right to the cases of another organisation, whose boundary the row carries."""

    partner = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="grants_held")
    customer = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="grants_given", db_constraint=False
    )
    access = models.CharField(max_length=10, choices=[(access.value, access.value) for access in Access])

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partner", "customer"], name="granted_once"),
            models.CheckConstraint(
                condition=~models.Q(partner=models.F("customer")), name="granted_to_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} -> {self.customer_id}: {self.access}"


class ApiToken(models.Model):
    """A token for the API: 256 random bits, of which only the SHA-256 is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    label = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.label


class Attestation(models.Model):
    """That somebody saw proof of a fact about a member of staff. The document itself is kept nowhere.

    It holds from `recorded_at` until `expires_at`, unless it is revoked before.
    """

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="attestations")
    fact = models.CharField(max_length=20, choices=[(fact.value, fact.value) for fact in Fact])
    verified_by = models.CharField(max_length=120)  # who saw the proof
    method = models.CharField(max_length=40, choices=[(proof.value, proof.value) for proof in Proof])
    attested_on = models.DateField()  # when they saw it
    recorded_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("recorded_at")), name="attestation_expires_later"
            ),
            models.CheckConstraint(
                condition=models.Q(fact__in=list(Fact), method__in=list(Proof)), name="attestation_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.fact}"


class WorkLocation(models.Model):
    """From where a member of staff works, as declared: half-open, without an end until further notice."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="locations")
    country = models.CharField(max_length=2)  # ISO 3166-1, two capitals
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_location_at_a_time",
                expressions=[
                    (
                        models.Func(
                            "starts_at",
                            "ends_at",
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    ("staff", RangeOperators.EQUAL),
                ],
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=models.F("starts_at")),
                name="location_ends_later",
            ),
            models.CheckConstraint(
                condition=models.Q(country__regex=r"^[A-Z]{2}$"), name="location_country_iso"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} in {self.country}"


class NetworkField(models.Field[Any, Any]):
    """A range of addresses, PostgreSQL's `cidr`; reads as an ipaddress network."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002  # Django's signature
        return "cidr"


@NetworkField.register_lookup
class Holds(BuiltinLookup[Any]):
    """`cidr__holds=address`: whether the address, given as text or as an expression, lies in the range."""

    lookup_name = "holds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, values = self.process_lhs(compiler, connection)
        right, more = self.process_rhs(compiler, connection)
        return f"{left} >>= ({right})::inet", (*values, *more)


class OfficeNetwork(models.Model):
    """Addresses of which the country is known. Where ranges overlap, the narrowest says it."""

    cidr = NetworkField(unique=True)
    country = models.CharField(max_length=2)
    name = models.CharField(max_length=100)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(country__regex=r"^[A-Z]{2}$"), name="network_country_iso"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Sighting(models.Model):
    """From where an attested member of staff was seen to work: a new row when that changes.

    `country` is that of the network, empty where the network is not known. The address is forgotten soon.
    """

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="sightings")
    country = models.CharField(max_length=2, blank=True)
    address = models.GenericIPAddressField(null=True)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()  # the last time, to the minute

    class Meta:
        indexes: ClassVar = [models.Index(fields=["staff", "-since"], name="sightings_newest_first")]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.country or '?'}"


class AccessInstant(models.Model):
    """An instant at which what somebody may see may change by itself; it is told then, and the row goes."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="access_instants")
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.staff_id} {self.at}"


class BoundAccess(BoundRow):
    """That a person came to bound data, or was refused it: one row for each request. Appended only."""

    at = models.DateTimeField(db_index=True)
    person_kind = models.CharField(max_length=10)  # staff, contact, public
    person_id = models.BigIntegerField()
    person_name = models.CharField(max_length=120)
    how = models.CharField(max_length=20)
    place = models.CharField(max_length=100)  # the name of the page, endpoint or command
    subjects = ArrayField(models.TextField())  # "case:12", "attachment:7"; at most `SUBJECTS_KEPT`
    rows = models.PositiveIntegerField()  # how many bound rows were read
    address = models.GenericIPAddressField(null=True)
    country = models.CharField(max_length=2, blank=True)  # of the network, as then known
    allowed = models.BooleanField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person_kind", "person_id", "at"], name="bound_accesses_of_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.person_name} {self.how} {self.at}"
