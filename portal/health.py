"""Whether the portal lives and can do its work: for launchers, load balancers and whoever is on call."""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from departments.access import public
from portal.models import WorkerHeartbeat


def note_heartbeat() -> None:
    """Remember that a worker took a job just now."""
    WorkerHeartbeat.objects.update_or_create(pk=1, defaults={"beaten_at": timezone.now()})


def check_database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return f"The database does not answer: {error}".strip()
    return ""


def check_migrations() -> str:
    try:
        waiting = migrations_to_apply()
    except DatabaseError as error:
        return f"The migrations cannot be read: {error}".strip()
    return f"{waiting} migrations are not applied: run manage.py migrate." if waiting else ""


def migrations_to_apply() -> int:
    """How many migrations the database still lacks."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def check_broker() -> str:
    address = settings.REDIS_URL.replace("redis+socket://", "unix://")
    try:
        with redis.Redis.from_url(address, socket_timeout=2, socket_connect_timeout=2) as broker:
            broker.ping()
    except redis.RedisError as error:
        return f"The broker does not answer: {error}"
    return ""


def check_worker() -> str:
    try:
        beat = WorkerHeartbeat.objects.first()
    except DatabaseError as error:
        return f"The worker's heartbeat cannot be read: {error}".strip()
    if beat is None:
        return "No worker has shown itself yet: start a worker and beat."
    age = (timezone.now() - beat.beaten_at).total_seconds()
    if age > settings.WORKER_HEARTBEAT_MAX_SECONDS:
        return f"The last heartbeat of a worker is {age:.0f} seconds old: see that a worker and beat run."
    return ""


@public
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The web process answers."""
    return JsonResponse({"status": "live"})


@public
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Everything that a person's work needs is there; 503 with the reasons if not."""
    checks = {
        "database": check_database(),
        "migrations": check_migrations(),
        "broker": check_broker(),
        "worker": check_worker(),
    }
    broken = {name: reason for name, reason in checks.items() if reason}
    status = {name: checks[name] or "ok" for name in checks}
    return JsonResponse({"status": "not ready" if broken else "ready", "checks": status}, status=503 if broken else 200)
