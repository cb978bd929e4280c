"""The assessments floor's jobs."""

from celery import shared_task

from assessments.services import gaps, reminders, rollups, vacancies


@shared_task
def work_out_gaps(job: int) -> None:
    while gaps.rework_a_batch(job=job):
        pass


@shared_task
def sweep_gaps() -> None:
    gaps.send_what_was_left()


@shared_task
def remind_of_evidence() -> None:
    reminders.remind_of_evidence()


@shared_task
def remind_of_dates() -> None:
    reminders.remind_of_dates()


@shared_task
def tell_of_vacancies() -> None:
    vacancies.tell_of_vacancies()


@shared_task
def fold_rollups() -> None:
    rollups.fold()
