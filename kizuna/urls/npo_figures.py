"""/npo/…: figures, reports, voices."""

from django.urls import URLPattern, path

from delivery.views import npo_births, npo_figures, npo_figures_table, npo_voices

urlpatterns: list[URLPattern] = [
    path("figures/", npo_figures.overview, name="figures"),
    path("figures/months.csv", npo_figures_table.months_csv, name="figures_months_csv"),
    path(
        "figures/municipalities/", npo_figures_table.municipalities, name="figures_municipalities"
    ),
    path(
        "figures/municipalities.csv",
        npo_figures_table.municipalities_csv,
        name="figures_municipalities_csv",
    ),
    path("figures/m/<slug:slug>/", npo_figures.municipality, name="figures_municipality"),
    path(
        "figures/m/<slug:slug>/months.csv",
        npo_figures_table.municipality_csv,
        name="figures_municipality_csv",
    ),
    path("figures/m/<slug:slug>/births/", npo_births.births, name="figures_births"),
    path("voices/", npo_voices.quotable, name="voices"),
    path("voices/waiting/", npo_voices.waiting, name="voices_waiting"),
    path("voices/<int:pk>/", npo_voices.voice, name="voice"),
]
