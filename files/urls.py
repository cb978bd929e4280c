"""Addresses of files on their way in."""

from django.urls import path

from files.views import uploads

app_name = "files"

urlpatterns = [
    path("departments/<int:pk>/uploads/", uploads.begin, name="uploads"),
    path("uploads/<uuid:token>/", uploads.upload, name="upload"),
]
