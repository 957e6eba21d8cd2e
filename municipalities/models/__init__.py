from municipalities.models.municipality import LineChannel, LocalGovernment, Municipality
from municipalities.models.reader import ConsentRecord, Course, Endpoint, Reader, Subscription
from municipalities.models.staff import Membership, StaffUser

__all__ = [
    "ConsentRecord",
    "Course",
    "Endpoint",
    "LineChannel",
    "LocalGovernment",
    "Membership",
    "Municipality",
    "Reader",
    "StaffUser",
    "Subscription",
]
