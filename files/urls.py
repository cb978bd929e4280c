"""Addresses of files: on their way in, and kept."""

from django.urls import path

from files.views import keeping, uploads

app_name = "files"

urlpatterns = [
    path("trusts/<str:ods_code>/files/", keeping.kept, name="kept"),
    path("trusts/<str:ods_code>/files/holds/set/", keeping.set_hold, name="set_hold"),
    path("legal-holds/<int:pk>/lift/", keeping.lift_hold, name="lift_hold"),
    path("departments/<int:pk>/uploads/", uploads.begin, name="uploads"),
    path("uploads/<uuid:token>/", uploads.upload, name="upload"),
]
