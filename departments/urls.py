"""Addresses of the ground floor."""

from django.urls import URLPattern, path

from departments.views import drafts, emails, invitations, organisations, people, sites

app_name = "departments"

urlpatterns: list[URLPattern] = [
    path("drafts/", drafts.drafts, name="drafts"),
    path("my-trust/", organisations.my_trust, name="my_trust"),
    path("trusts/<str:ods_code>/departments/", organisations.trust_departments, name="trust_departments"),
    path("trusts/<str:ods_code>/departments/add/", organisations.add_department, name="add_department"),
    path("trusts/<str:ods_code>/corporate/add/", organisations.add_corporate, name="add_corporate"),
    path("departments/<int:pk>/", organisations.detail, name="detail"),
    path("departments/<int:pk>/edit/", organisations.edit_department, name="edit_department"),
    path("departments/<int:pk>/services/add/", organisations.add_service, name="add_service"),
    path("services/<int:pk>/edit/", organisations.edit_service, name="edit_service"),
    path("services/<int:pk>/remove/", organisations.remove_service, name="remove_service"),
    path("trusts/<str:ods_code>/sites/", sites.sites, name="sites"),
    path("trusts/<str:ods_code>/sites/add/", sites.add_site, name="add_site"),
    path("sites/<int:pk>/edit/", sites.edit_site, name="edit_site"),
    path("sites/<int:pk>/remove/", sites.remove_site, name="remove_site"),
    path("trusts/<str:ods_code>/partners/add/", sites.add_partner, name="add_partner"),
    path("partners/<int:pk>/edit/", sites.edit_partner, name="edit_partner"),
    path("partners/<int:pk>/remove/", sites.remove_partner, name="remove_partner"),
    path("trusts/<str:ods_code>/people/", people.people, name="people"),
    path("trusts/<str:ods_code>/people/invite/", people.invite, name="invite"),
    path("roles/<int:pk>/end/", people.end_role, name="end_role"),
    path("invitations/<int:pk>/resend/", people.resend_invitation, name="resend_invitation"),
    path("invitations/<int:pk>/withdraw/", people.withdraw_invitation, name="withdraw_invitation"),
    path("your-e-mails/", emails.your_emails, name="your_emails"),
    path("e-mails/stop/<str:token>/", emails.stop_emails, name="stop_emails"),
    path("notices/read/", emails.read_notices, name="read_notices"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
]
