"""Every address of the portal."""

from allauth.account import views as account
from django.urls import include, path, re_path

from portal import health, home, pages
from portal.dashboards import benchmark, downloads, falling_due, national_page, together, trends
from portal.dashboards import views as dashboards
from portal.demo import views as demo

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.server_error"

portal_patterns = (
    [
        path("", home.home, name="home"),
        path("dashboard/", dashboards.my_dashboard, name="my_dashboard"),
        path("trusts/<str:ods_code>/dashboard/", dashboards.dashboard, name="dashboard"),
        path("trusts/<str:ods_code>/dashboard.xlsx", downloads.dashboard_xlsx, name="dashboard_xlsx"),
        path("trusts/<str:ods_code>/dashboard.csv", downloads.dashboard_csv, name="dashboard_csv"),
        path("trusts/<str:ods_code>/dashboard/trend/", trends.trends, name="trend"),
        path("trusts/<str:ods_code>/dashboard/due/", falling_due.falling_due, name="due"),
        path("national/", national_page.page, name="national"),
        path("departments/<int:pk>/benchmark/", benchmark.benchmark, name="benchmark"),
        path("outbox/", demo.outbox, name="outbox"),
        path("outbox/<str:name>/", demo.outbox_mail, name="outbox_mail"),
        path("trusts/<str:ods_code>/alignment/", together.alignment, name="alignment"),
        path("departments/<int:pk>/alignment/", together.own_alignment, name="own_alignment"),
        path("accessibility/", pages.accessibility, name="accessibility"),
        path("privacy/", pages.privacy, name="privacy"),
        path("health/live", health.live, name="live"),
        path("health/ready", health.ready, name="ready"),
    ],
    "portal",
)

account_patterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", account.signup, name="account_signup"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]

urlpatterns = [
    path("", include(portal_patterns)),
    path("", include("reports.urls")),
    path("", include("assessments.urls")),
    path("", include("feedback.urls")),
    path("", include("files.urls")),
    path("", include("departments.urls")),
    path("accounts/", include(account_patterns)),
]
