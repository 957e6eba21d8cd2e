"""/console/<slug>/…: announcements: written, previewed, agreed to."""

from django.urls import URLPattern, path

from messages.views import block_edit, block_links, block_preview, block_review, blocks

urlpatterns: list[URLPattern] = [
    path("<slug:slug>/blocks/", blocks.listing, name="blocks"),
    path("<slug:slug>/blocks/new/", block_edit.new, name="block_new"),
    path("<slug:slug>/blocks/<int:block>/", blocks.one, name="block"),
    path("<slug:slug>/blocks/<int:block>/edit/", block_edit.edit, name="block_edit"),
    path("<slug:slug>/blocks/<int:block>/revise/", block_edit.revise, name="block_revise"),
    path("<slug:slug>/blocks/<int:block>/act/", block_review.act, name="block_act"),
    path("<slug:slug>/blocks/<int:block>/links/", block_links.check, name="block_links"),
    path(
        "<slug:slug>/blocks/<int:block>/changes/<int:event>/",
        block_review.changes,
        name="block_changes",
    ),
    path("<slug:slug>/blocks/<int:block>/sheet/", block_review.sheet, name="block_sheet"),
    path(
        "<slug:slug>/blocks/preview/<str:token>/<slug:form>/",
        block_preview.frame,
        name="block_frame",
    ),
]
