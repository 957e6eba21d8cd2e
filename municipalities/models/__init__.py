from municipalities.models.births import Births
from municipalities.models.door import (
    Invitation,
    MailAsked,
    Placement,
    Registration,
    ServiceMail,
    Suppressed,
    Thanks,
)
from municipalities.models.municipality import LineChannel, LocalGovernment, Municipality
from municipalities.models.reader import ConsentRecord, Course, Endpoint, Reader, Subscription
from municipalities.models.staff import Membership, StaffAct, StaffInvitation, StaffUser

__all__ = [
    "Births",
    "ConsentRecord",
    "Course",
    "Endpoint",
    "Invitation",
    "LineChannel",
    "LocalGovernment",
    "MailAsked",
    "Membership",
    "Municipality",
    "Placement",
    "Reader",
    "Registration",
    "ServiceMail",
    "StaffAct",
    "StaffInvitation",
    "StaffUser",
    "Subscription",
    "Suppressed",
    "Thanks",
]
