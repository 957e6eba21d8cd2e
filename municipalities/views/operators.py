"""Django's own admin, for operators only, unthemed. It knows two tables; readers are not in it."""

from typing import Any, ClassVar

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, URLField
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from municipalities.accounts import has_second_step
from municipalities.models import Municipality, StaffUser
from municipalities.tenancy.scope import in_municipality


class OperatorSite(admin.AdminSite):
    """Closed to everybody but superusers; they log in where all staff log in, with its limits."""

    site_header = site_title = "Kizuna"

    def has_permission(self, request: HttpRequest) -> bool:
        is_operator = request.user.is_active and getattr(request.user, "is_superuser", False)
        return bool(is_operator) and not _lacks_second_step(request)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        del extra_context
        if self.has_permission(request):
            return redirect("admin:index")
        if getattr(request.user, "is_superuser", False) and _lacks_second_step(request):
            return redirect("mfa_index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or "/admin/")


def _lacks_second_step(request: HttpRequest) -> bool:
    """Operators reach every municipality: not by a password alone."""
    return settings.MFA_REQUIRED and not has_second_step(request)


class MunicipalityAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """A municipality is ended, never deleted: its ledger keeps pointing at it. It begins, rests and
    ends behind the NPO's door, which asks first whether it is ready; here its state is only shown."""

    list_display = ("name", "slug", "kind", "service", "service_name")
    list_filter = ("service", "kind")
    search_fields = ("name", "slug", "service_name")
    raw_id_fields = ("code", "programme")
    readonly_fields = ("service",)
    formfield_overrides: ClassVar = {URLField: {"assume_scheme": "https"}}

    def save_model(
        self, request: HttpRequest, obj: Municipality, form: "ModelForm[Municipality]", change: bool
    ) -> None:
        """The row may be changed only from inside its own municipality."""
        if not change:
            return super().save_model(request, obj, form, change)
        with in_municipality(obj.pk):
            return super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Municipality | None = None) -> bool:
        del request, obj
        return False


class StaffCreationForm(AdminUserCreationForm):  # type: ignore[type-arg]  # the same
    class Meta:
        model = StaffUser
        fields = ("email", "name")

    def clean_email(self) -> str:
        """One spelling, so that one person has one account."""
        return str(self.cleaned_data["email"]).strip().lower()


class StaffUserAdmin(UserAdmin):  # type: ignore[type-arg]  # the same
    """Accounts. Who may do what where is the membership's, not this page's."""

    add_form = StaffCreationForm
    ordering = ("email",)
    list_display = ("email", "name", "npo_role", "is_superuser", "is_active")
    list_filter = ("npo_role", "is_superuser", "is_active")
    search_fields = ("email", "name")
    actions = ("without_second_step",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (None, {"fields": ("is_active", "npo_role", "is_staff", "is_superuser")}),
        (None, {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),
    )

    @admin.action(description=_("The phone is lost: take the second step off"))
    def without_second_step(self, request: HttpRequest, chosen: QuerySet[StaffUser]) -> None:
        """Once the operator has made sure who asks. The next login leads to a new app."""
        Authenticator.objects.filter(user__in=chosen).delete()
        for user in chosen:
            self.log_change(request, user, "second step taken off")

    def has_delete_permission(self, request: HttpRequest, obj: StaffUser | None = None) -> bool:
        """An account is closed (``is_active``): what it approved keeps its name."""
        del request, obj
        return False


site = OperatorSite(name="admin")
site.register(Municipality, MunicipalityAdmin)
site.register(StaffUser, StaffUserAdmin)
