"""Staff: a person with a login, and what that person may do in which municipality."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from municipalities.domain.npo_roles import FIRST_PAGE, NpoAct, NpoRole
from municipalities.domain.npo_roles import may as npo_may
from municipalities.domain.roles import Role
from municipalities.tenancy.models import MunicipalityOwned


class StaffUserManager(BaseUserManager["StaffUser"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "StaffUser":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **fields: Any) -> "StaffUser":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class StaffUser(AbstractBaseUser, PermissionsMixin):
    """Logs in by e-mail. An ``npo_role`` opens the NPO's door, ``is_staff`` Django's own admin."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=40)
    npo_role = models.CharField(
        max_length=10,
        blank=True,
        default="",
        db_default="",
        choices=[(r.value, r.name) for r in NpoRole],
    )
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[StaffUserManager] = StaffUserManager()

    def __str__(self) -> str:
        return self.name

    @property
    def is_npo(self) -> bool:
        """Whether this person works for the NPO."""
        return bool(self.npo_role)

    @property
    def npo_page(self) -> str:
        """The name of the page behind the NPO's door on which this person begins."""
        return FIRST_PAGE[NpoRole(self.npo_role)]

    def may_for_npo(self, act: NpoAct) -> bool:
        """Whether this person's role in the NPO covers that act."""
        return self.is_npo and npo_may(NpoRole(self.npo_role), act)


class Membership(MunicipalityOwned):
    """One person's role in one municipality."""

    user = models.ForeignKey(StaffUser, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=10, choices=[(r.value, r.name) for r in Role])
    duties = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["municipality", "user"], name="one_role_each"),
        )

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"


class StaffInvitation(MunicipalityOwned):
    """Somebody is asked to work here, by a link that holds this row's number and works once."""

    email = models.EmailField()
    name = models.CharField(max_length=40)
    role = models.CharField(max_length=10, choices=[(r.value, r.name) for r in Role])
    duties = models.CharField(max_length=60, blank=True)
    invited_by = models.ForeignKey(
        StaffUser, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class StaffAct(MunicipalityOwned):
    """The audit log: who did what, when. Append-only, for the application too.

    ``about`` names a thing by kind and number ("subscription 12"), never by an address or a name;
    ``purpose`` is what staff gave as the reason for looking a reader up, ``details`` what changed.
    """

    at = models.DateTimeField(auto_now_add=True)
    staff = models.ForeignKey(StaffUser, null=True, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=40)
    about = models.CharField(max_length=60, blank=True)
    purpose = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["municipality", "-id"], name="staffact_newest"),)

    def __str__(self) -> str:
        return f"{self.act} {self.about}"
