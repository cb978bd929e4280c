"""Addresses of decisions and reports."""

from django.urls import path

from reports.views import appeals, awards, decisions, whatif

app_name = "reports"

urlpatterns = [
    path("assessments/<int:pk>/decide/", decisions.decide, name="decide"),
    path("assessments/<int:pk>/decide/what-if/", whatif.try_bands, name="what_if"),
    path("assessments/<int:pk>/hear-appeal/", appeals.hear, name="appeal"),
    path("assessments/<int:pk>/report/", awards.award, name="award"),
    path("assessments/<int:pk>/report/status/", awards.award_status, name="award_status"),
    path("assessments/<int:pk>/report/again/", awards.render_again, name="render_again"),
    path("reports/<int:pk>/download/", awards.download, name="download"),
]
