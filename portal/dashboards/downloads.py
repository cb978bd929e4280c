"""A trust's dashboard to take away, with the filters of the screen."""

import structlog
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from departments.access import Action, SignedInRequest, guard
from departments.models import Trust
from departments.services.names import portable_name
from portal.dashboards import board, choices, sheets
from portal.dashboards.falling_due import running_out
from portal.dashboards.sheets import Sheet
from portal.dashboards.views import look

log = structlog.get_logger(__name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@guard(Action.READ_DASHBOARD, on=Trust, by="ods_code")
def dashboard_xlsx(request: SignedInRequest, trust: Trust) -> HttpResponse:
    return sent(request, trust, sheets.xlsx_of(tables(request, trust)), XLSX, "xlsx")


@guard(Action.READ_DASHBOARD, on=Trust, by="ods_code")
def dashboard_csv(request: SignedInRequest, trust: Trust) -> HttpResponse:
    return sent(request, trust, sheets.csv_of(tables(request, trust)), "text/csv; charset=utf-8", "csv")


def tables(request: SignedInRequest, trust: Trust) -> list[Sheet]:
    """Every page of the screen at once."""
    seen = look(request, trust)
    evidence = {} if seen.asked.year else running_out(trust, seen.paper.today)
    narrowed = sheets.narrowing(seen.asked, choices.types(seen.every), choices.sites(seen.every), seen.titles)
    return sheets.sheets(trust, board.lines(seen.shown, seen.paper), seen.paper, evidence, narrowed)


def sent(request: SignedInRequest, trust: Trust, content: bytes, kind: str, ending: str) -> HttpResponse:
    log.info("dashboard_downloaded", trust=trust.ods_code, kind=ending, user=request.user.pk, query=dict(request.GET))
    response = HttpResponse(content, content_type=kind)
    name = portable_name(f"Dashboard of {trust.name}.{ending}")
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
