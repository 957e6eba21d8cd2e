"""/npo/…: meetings and cases."""

from django.urls import URLPattern, path

from messages.views import npo_cases
from messages.views import npo_meeting_papers as papers
from messages.views import npo_meeting_people as people
from messages.views import npo_meetings as meetings

urlpatterns: list[URLPattern] = [
    path("meetings/cases/", npo_cases.listing, name="meeting_cases"),
    path("meetings/", meetings.listing, name="meetings"),
    path("meetings/new/", meetings.new, name="meeting_new"),
    path("meetings/<int:meeting>/", meetings.one, name="meeting"),
    path("meetings/<int:meeting>/edit/", meetings.edit, name="meeting_edit"),
    path("meetings/<int:meeting>/cancel/", meetings.cancel, name="meeting_cancel"),
    path("meetings/<int:meeting>/meeting.ics", meetings.calendar_entry, name="meeting_ics"),
    path("meetings/<int:meeting>/invite/", people.invite, name="meeting_invite"),
    path("meetings/<int:meeting>/tell/", people.tell, name="meeting_tell"),
    path("meetings/<int:meeting>/groups/", people.groups, name="meeting_groups"),
    path("meetings/<int:meeting>/people/", people.people, name="meeting_people"),
    path("meetings/<int:meeting>/notes/", papers.notes, name="meeting_notes"),
    path("meetings/<int:meeting>/papers/", papers.add, name="meeting_paper_add"),
    path("meetings/<int:meeting>/papers/<int:paper>/", papers.paper, name="meeting_paper"),
    path(
        "meetings/<int:meeting>/papers/<int:paper>/remove/",
        papers.remove,
        name="meeting_paper_remove",
    ),
]
