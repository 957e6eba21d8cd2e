"""Staff: a person with a login, and what that person may do in which municipality."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

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
    """Logs in by e-mail. ``is_npo`` opens the NPO's door, ``is_staff`` Django's own admin."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=40)
    is_npo = models.BooleanField(default=False)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[StaffUserManager] = StaffUserManager()

    def __str__(self) -> str:
        return self.name


class Membership(MunicipalityOwned):
    """One person's role in one municipality."""

    user = models.ForeignKey(StaffUser, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=10, choices=[(r.value, r.name) for r in Role])

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["municipality", "user"], name="one_role_each"),
        )

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"
