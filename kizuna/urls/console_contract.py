"""/console/<slug>/…: taking the data along when a contract ends."""

from django.urls import URLPattern, path

from delivery.views import contract

urlpatterns: list[URLPattern] = [
    path("<slug:slug>/contract/", contract.contract, name="contract"),
    path("<slug:slug>/contract/data/", contract.data, name="contract_data"),
]
