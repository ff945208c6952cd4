"""Periodic work looks at state: late, twice or missed ticks change nothing."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection, connections
from procrastinate.contrib.django.models import ProcrastinateJob

from records import clock, jobs
from records.mail import queue_mail
from records.models import OutgoingMail
from tests.setup.database import url_of_this_database


def a_mail() -> OutgoingMail:
    return queue_mail(to="anna@example.org", language="pl", subject="Tak", body="tak")


@pytest.mark.django_db
def test_run_due_does_all_that_is_due_once(settings, tmp_path):
    settings.MAIL_DIR = tmp_path
    a_mail()
    assert jobs.run_due()["records.jobs.deliver_waiting_mail"] == 1
    assert jobs.run_due()["records.jobs.deliver_waiting_mail"] == 0


@pytest.mark.django_db
def test_delivered_mail_is_forgotten_after_a_quarter():
    sent, waiting = a_mail(), a_mail()
    sent.sent_at = clock.now()
    sent.save()
    with clock.frozen(clock.now() + timedelta(days=91)):
        jobs.run_due()
    assert OutgoingMail.objects.filter(pk=waiting.pk).exists()
    assert not OutgoingMail.objects.filter(pk=sent.pk).exists()


@pytest.mark.django_db
def test_a_job_with_the_mail_is_queued_in_the_same_transaction():
    a_mail()
    assert ProcrastinateJob.objects.filter(task_name="records.jobs.deliver_mail").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_job_that_another_process_is_doing_is_left_to_it():
    job = jobs.PERIODIC["records.jobs.deliver_waiting_mail"]
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [job.name])
        assert jobs.run(job) is None
    finally:
        other.close()  # as a killed worker's connection would
    # The server lets go of a closed connection's locks in its own time: wait for that in line.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [job.name])
        cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [job.name])
    assert jobs.run(job) == 0


@pytest.mark.django_db(transaction=True)
def test_a_worker_process_catches_up_and_delivers(settings, tmp_path):
    mail = a_mail()
    subprocess.run(
        [sys.executable, "manage.py", "work", "--until-idle"],
        cwd=settings.BASE_DIR,
        env={
            "PATH": "/usr/bin:/bin",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": "only-for-tests",
            "DATABASE_URL": url_of_this_database(),
            "MAIL_DIR": str(tmp_path),
        },
        check=True,
        timeout=120,
    )
    mail.refresh_from_db()
    assert mail.sent_at is not None
    assert [path.name for path in tmp_path.iterdir()] == [f"{mail.message_id.strip('<>')}.eml"]
    assert not ProcrastinateJob.objects.exclude(status="succeeded").exists()
