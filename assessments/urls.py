"""Addresses of assessments and their evidence."""

from django.urls import path

from assessments.views import (
    adding,
    around,
    carrying,
    choosing,
    coverage,
    elements,
    evidence,
    export,
    library,
    moves,
    notes,
    overview,
    patients,
    queries,
    search,
    stages,
    versions,
    viewing,
)

app_name = "assessments"

urlpatterns = [
    path("search/", search.search, name="search"),
    path("assessments/", overview.index, name="list"),
    path("departments/<int:pk>/assessments/open/", overview.open_, name="open"),
    path("assessments/<int:pk>/", overview.detail, name="detail"),
    path("assessments/<int:pk>/submit/", moves.submit, name="submit"),
    path("assessments/<int:pk>/assign/", moves.assign, name="assign"),
    path("assessments/<int:pk>/summary/", moves.summary, name="summary"),
    path("assessments/<int:pk>/propose/", moves.propose, name="propose"),
    *(
        path(f"assessments/<int:pk>/{move.value.replace('_', '-')}/", stages.page(move), name=move.value)
        for move in stages.PAGES
    ),
    path("assessments/<int:pk>/coverage/", coverage.coverage, name="coverage"),
    path("assessments/<int:pk>/carry-forward/", carrying.carry, name="carry_forward"),
    path("departments/<int:pk>/evidence/", library.library, name="library"),
    path("assessments/<int:pk>/evidence/", library.register, name="evidence"),
    path("assessments/<int:pk>/evidence.zip", export.evidence, name="evidence_zip"),
    path("assessments/<int:pk>/elements/<str:number>/", elements.element, name="element"),
    path("assessments/<int:pk>/queries/", queries.index, name="queries"),
    path("assessments/<int:pk>/elements/<str:number>/queries/ask/", queries.ask, name="query_ask"),
    path("assessments/<int:pk>/elements/<str:number>/private-note/", notes.note, name="private_note"),
    path("queries/<int:pk>/", queries.detail, name="query"),
    path("queries/<int:pk>/close/", queries.close, name="query_close"),
    path("assessments/<int:pk>/elements/<str:number>/evidence/add/", adding.add, name="evidence_add"),
    path("assessments/<int:pk>/elements/<str:number>/around/", around.around, name="element_around"),
    path(
        "assessments/<int:pk>/elements/<str:number>/evidence/arrived/<uuid:token>/",
        adding.arrived,
        name="evidence_arrived",
    ),
    path("assessments/<int:pk>/elements/<str:number>/evidence/choose/", choosing.choose, name="evidence_choose"),
    path("evidence-uses/<int:pk>/note/", choosing.note, name="use_note"),
    path("evidence-uses/<int:pk>/remove/", choosing.remove, name="use_remove"),
    path("evidence-uses/<int:pk>/strongest/", choosing.strongest, name="use_strongest"),
    path("evidence/<int:pk>/", evidence.detail, name="evidence_detail"),
    path("evidence/<int:pk>/versions/add/", versions.add, name="version_add"),
    path("evidence/<int:pk>/edit/", evidence.edit, name="evidence_edit"),
    path("evidence/<int:pk>/elements/", evidence.elements, name="evidence_elements"),
    path("evidence-versions/<int:pk>/file/", versions.file, name="version_file"),
    path("evidence-versions/<int:pk>/pages/<int:number>/", viewing.page, name="version_page"),
    path("evidence-versions/<int:pk>/pages/<int:number>/picture/", viewing.picture, name="version_picture"),
    path("evidence-versions/<int:pk>/thumbnail/", viewing.thumbnail, name="version_thumbnail"),
    path("evidence-versions/<int:pk>/state/", versions.state, name="version_state"),
    path("files/<int:pk>/patient-data/", patients.patient_data, name="patient_data"),
]
