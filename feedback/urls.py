"""Addresses of what patients and staff say."""

from django.urls import path

from feedback.views import imports, mapping, one_import, places, readings, remarks

app_name = "feedback"

urlpatterns = [
    path("trusts/<str:ods_code>/feedback/", imports.imports, name="imports"),
    path("trusts/<str:ods_code>/feedback/send/", imports.send, name="send"),
    path("trusts/<str:ods_code>/feedback/places/", places.places, name="places"),
    path("feedback/imports/<int:pk>/", one_import.detail, name="import"),
    path("feedback/imports/<int:pk>/status/", one_import.status, name="import_status"),
    path("feedback/imports/<int:pk>/problems/", one_import.problems, name="problems"),
    path("feedback/imports/<int:pk>/columns/", mapping.columns, name="columns"),
    path("feedback/imports/<int:pk>/give-up/", imports.give_up, name="give_up"),
    path("feedback/imports/<int:pk>/undo/", imports.undo, name="undo"),
    path("feedback/readings/<int:pk>/", readings.reading, name="reading"),
    path("departments/<int:pk>/remarks/", remarks.remarks, name="remarks"),
    path("departments/<int:pk>/remarks/add/", remarks.add, name="add_remark"),
    path("remarks/<int:pk>/remove/", remarks.remove, name="remove_remark"),
]
