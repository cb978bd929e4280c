"""Addresses of what patients and staff say."""

from django.urls import path

from feedback.views import imports, readings, remarks

app_name = "feedback"

urlpatterns = [
    path("trusts/<str:ods_code>/feedback/", imports.imports, name="imports"),
    path("feedback/readings/<int:pk>/", readings.reading, name="reading"),
    path("departments/<int:pk>/remarks/", remarks.remarks, name="remarks"),
    path("departments/<int:pk>/remarks/add/", remarks.add, name="add_remark"),
]
