"""/npo/…: the end of a contract."""

from django.urls import URLPattern, path

from delivery.views import npo_contract

urlpatterns: list[URLPattern] = [
    path("municipality/<slug:slug>/end/", npo_contract.end, name="contract_end"),
    path(
        "municipality/<slug:slug>/end/goes-on/",
        npo_contract.goes_on,
        name="contract_goes_on",
    ),
    path(
        "municipality/<slug:slug>/end/erase/",
        npo_contract.erase_data,
        name="contract_erase",
    ),
    path(
        "municipality/<slug:slug>/end/certificate/",
        npo_contract.certificate,
        name="contract_certificate",
    ),
]
