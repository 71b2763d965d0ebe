"""Parties: organisations and their contacts, staff and their teams, and how each signs in."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from backstay.accounts.choices import Access, CaseView, Role
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
    """A member of the vendor's staff.

    `eligible_us` says whether they may see data under the US boundary.
    """

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="staff")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="staff")
    eligible_us = models.BooleanField(default=False)
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
