"""What beat sends to the worker, and how often: each sweep is safe to send twice, and late ones are dropped."""

from typing import Any

from celery.schedules import crontab

CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "worker-heartbeat": {"task": "portal.tasks.beat_of_the_worker", "schedule": 10.0, "options": {"expires": 10}},
    "sweep-reports": {"task": "reports.tasks.sweep_reports", "schedule": 30.0, "options": {"expires": 30}},
    "sweep-files": {"task": "files.tasks.sweep_files", "schedule": 30.0, "options": {"expires": 30}},
    "sweep-feedback": {"task": "feedback.tasks.sweep_feedback", "schedule": 30.0, "options": {"expires": 30}},
    "move-files": {"task": "files.tasks.move_files", "schedule": 300.0, "options": {"expires": 300}},
    "check-a-slice": {"task": "files.tasks.check_a_slice", "schedule": 3600.0, "options": {"expires": 3600}},
    "destroy-what-is-due": {
        "task": "files.tasks.destroy_what_is_due",
        "schedule": crontab(hour="3", minute="17"),
        "options": {"expires": 3600},
    },
    "sweep-gaps": {"task": "assessments.tasks.sweep_gaps", "schedule": 60.0, "options": {"expires": 60}},
    "remind-of-evidence": {
        "task": "assessments.tasks.remind_of_evidence",
        "schedule": crontab(hour="6", minute="41"),
        "options": {"expires": 3600},
    },
    "remind-of-dates": {  # before seven, when the e-mail of the day is written
        "task": "assessments.tasks.remind_of_dates",
        "schedule": crontab(hour="6", minute="31"),
        "options": {"expires": 3600},
    },
    "tell-of-vacancies": {
        "task": "assessments.tasks.tell_of_vacancies",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "sweep-notices": {"task": "departments.tasks.sweep_notices", "schedule": 60.0, "options": {"expires": 60}},
    "sweep-drafts": {"task": "departments.tasks.sweep_drafts", "schedule": 3600.0, "options": {"expires": 3600}},
    "fold-rollups": {"task": "assessments.tasks.fold_rollups", "schedule": 300.0, "options": {"expires": 300}},
    "sweep-emails": {"task": "departments.tasks.sweep_emails", "schedule": 60.0, "options": {"expires": 60}},
}
