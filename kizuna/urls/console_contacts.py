"""/console/<slug>/…: the register of offices and numbers."""

from django.urls import URLPattern, path

from messages.views import contacts

urlpatterns: list[URLPattern] = [
    path("<slug:slug>/contacts/", contacts.register, name="contacts"),
    path("<slug:slug>/contacts/new/", contacts.add, name="contact_new"),
    path("<slug:slug>/contacts/<int:contact>/", contacts.change, name="contact"),
    path("<slug:slug>/contacts/<int:contact>/verify/", contacts.verify, name="contact_verify"),
    path("<slug:slug>/contacts/<int:contact>/remove/", contacts.remove, name="contact_remove"),
]
