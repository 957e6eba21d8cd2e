"""/npo/…: drafts, reviews, words to avoid, readers' reports."""

from django.urls import path

from messages.views import (
    npo_desk,
    npo_desk_draft,
    npo_desk_edit,
    npo_desk_history,
    npo_desk_look,
    npo_desk_reports,
    npo_desk_words,
)

urlpatterns = [
    path("desk/", npo_desk.desk, name="desk"),
    path("desk/begin/", npo_desk.begin, name="desk_begin"),
    path("desk/reviews/", npo_desk.reviews, name="desk_reviews"),
    path("desk/reports/", npo_desk_reports.reports, name="desk_reports"),
    path("desk/reports/<int:report>/", npo_desk_reports.report, name="desk_report"),
    path("desk/words/", npo_desk_words.words, name="desk_words"),
    path("desk/words/<int:word>/", npo_desk_words.word, name="desk_word"),
    path("desk/drafts/<int:draft>/", npo_desk_draft.draft, name="desk_draft"),
    path("desk/drafts/<int:draft>/act/", npo_desk_draft.act, name="desk_act"),
    path(
        "desk/drafts/<int:draft>/changes/<int:event>/",
        npo_desk_history.changes,
        name="desk_changes",
    ),
    path("desk/frames/<slug:slug>/<str:token>/<str:form>/", npo_desk_look.frame, name="desk_frame"),
    path("desk/texts/<int:text>/<str:variant>/write/", npo_desk_edit.write, name="desk_write"),
    path("desk/texts/<int:text>/<str:variant>/", npo_desk_history.versions, name="desk_versions"),
    path("desk/versions/<int:version>/withdraw/", npo_desk_history.take_back, name="desk_withdraw"),
]
