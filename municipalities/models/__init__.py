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
from municipalities.models.partnership import (
    Assignment,
    ContractEnd,
    ExternalFigure,
    PartnerNote,
    SenderCheck,
)
from municipalities.models.reader import ConsentRecord, Course, Endpoint, Reader, Subscription
from municipalities.models.span import ReaderSpan
from municipalities.models.staff import Membership, StaffAct, StaffInvitation, StaffUser

__all__ = [
    "Assignment",
    "Births",
    "ConsentRecord",
    "ContractEnd",
    "Course",
    "Endpoint",
    "ExternalFigure",
    "Invitation",
    "LineChannel",
    "LocalGovernment",
    "MailAsked",
    "Membership",
    "Municipality",
    "PartnerNote",
    "Placement",
    "Reader",
    "ReaderSpan",
    "Registration",
    "SenderCheck",
    "ServiceMail",
    "StaffAct",
    "StaffInvitation",
    "StaffUser",
    "Subscription",
    "Suppressed",
    "Thanks",
]
