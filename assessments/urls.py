"""Addresses of assessments and their evidence."""

from django.urls import path

from assessments.views import coverage, elements, evidence, moves, overview

app_name = "assessments"

urlpatterns = [
    path("assessments/", overview.index, name="list"),
    path("departments/<int:pk>/assessments/open/", overview.open_, name="open"),
    path("assessments/<int:pk>/", overview.detail, name="detail"),
    path("assessments/<int:pk>/submit/", moves.submit, name="submit"),
    path("assessments/<int:pk>/return/", moves.return_, name="return"),
    path("assessments/<int:pk>/assign/", moves.assign, name="assign"),
    path("assessments/<int:pk>/propose/", moves.propose, name="propose"),
    path("assessments/<int:pk>/coverage/", coverage.coverage, name="coverage"),
    path("assessments/<int:pk>/evidence/", evidence.register, name="evidence"),
    path("assessments/<int:pk>/elements/<str:number>/", elements.element, name="element"),
    path("assessments/<int:pk>/elements/<str:number>/evidence/add/", evidence.add, name="evidence_add"),
    path("assessments/<int:pk>/elements/<str:number>/evidence/choose/", evidence.choose, name="evidence_choose"),
    path("evidence-uses/<int:pk>/remove/", evidence.remove, name="use_remove"),
    path("evidence-uses/<int:pk>/strongest/", evidence.strongest, name="use_strongest"),
    path("evidence/<int:pk>/", evidence.detail, name="evidence_detail"),
    path("evidence/<int:pk>/edit/", evidence.edit, name="evidence_edit"),
    path("evidence/<int:pk>/elements/", evidence.elements, name="evidence_elements"),
    path("evidence-versions/<int:pk>/file/", evidence.file, name="version_file"),
]
