"""Files sent a part at a time: the protocol, dropped lines, races, early refusals, names, sessions that ended."""

import base64
import hashlib
import io
import os
import random
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment
from assessments.services.evidence import add_evidence
from assessments.workflow import Stage
from departments.models import CHUNK_BYTES, Blob, BlobChunk, Trust
from departments.services.files import read, store
from departments.services.growing import begin_blob, grow
from files.models import File
from files.rules import FileState, display_name, title_from
from files.services import arriving
from files.services.limits import used_by
from tests.files.hostile import FILE_NAMES
from tests.races import at_once

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = "application/offset+octet-stream"


def announce(client, department, *, name="Complaints.pdf", size=1000, **headers):
    said = {**TUS, "Upload-Length": str(size), "Upload-Metadata": named(name), **headers}
    return client.post(reverse("files:uploads", args=[department.pk]), headers=said)


def named(name):
    return f"filename {base64.b64encode(name.encode()).decode()}"


def send(client, url, data, offset=0, **headers):
    said = {**TUS, "Upload-Offset": str(offset), **headers}
    return client.generic("PATCH", url, data, headers=said, CONTENT_TYPE=BYTES)


def stands(client, url):
    answer = client.head(url, headers=TUS)
    return int(answer["Upload-Offset"]) if answer.status_code == 200 else answer.status_code


def content_of(blob):
    return b"".join(read(blob=blob))


def the_blob():
    """The content of the only file."""
    blob = File.objects.get().blob
    assert blob is not None
    return blob


def some_bytes(size, seed=2009):
    return random.Random(seed).randbytes(size)


@pytest.fixture
def lead(signed_in, preparing):
    return signed_in("lead")


@pytest.fixture
def department(preparing):
    return preparing.department


# --- The protocol
def test_a_file_is_announced_sent_and_waits_to_be_checked(lead, department, people):
    announced = announce(lead, department, size=11)
    assert announced.status_code == 201
    assert announced["Tus-Resumable"] == "1.0.0"
    assert "GMT" in announced["Upload-Expires"]
    url = announced["Location"]
    assert stands(lead, url) == 0
    answer = send(lead, url, b"All of it. ")
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "11")
    file = File.objects.get()
    assert (file.name, file.size, file.state, file.sent_by) == (
        "Complaints.pdf",
        11,
        FileState.WAITING,
        people["lead"],
    )
    assert file.blob is not None
    assert file.blob.sha256 == hashlib.sha256(b"All of it. ").hexdigest()
    assert content_of(file.blob) == b"All of it. "


def test_a_client_that_missed_the_last_answer_learns_that_all_is_here(lead, department):
    url = announce(lead, department, size=4)["Location"]
    send(lead, url, b"done")
    answer = lead.head(url, headers=TUS)
    assert (answer["Upload-Offset"], answer["Upload-Length"]) == ("4", "4")
    assert answer["Cache-Control"] == "no-store"
    assert answer["Upload-Metadata"] == named("Complaints.pdf")
    assert send(lead, url, b"", offset=4).status_code == 204
    assert send(lead, url, b"more", offset=4).status_code == 413


@pytest.mark.parametrize(
    "cuts",
    [
        [1, 2, 3],
        [CHUNK_BYTES, 2 * CHUNK_BYTES],
        [CHUNK_BYTES - 1, CHUNK_BYTES + 1],
        [100, CHUNK_BYTES + 100, CHUNK_BYTES + 101],
        [arriving.BATCH_BYTES + 7],
    ],
)
def test_parts_of_any_length_become_whole_chunks(lead, department, cuts):
    data = some_bytes(arriving.BATCH_BYTES + CHUNK_BYTES + 12345)
    url = announce(lead, department, size=len(data))["Location"]
    for start, stop in zip([0, *cuts], [*cuts, len(data)], strict=True):
        assert send(lead, url, data[start:stop], offset=start)["Upload-Offset"] == str(stop)
    blob = File.objects.get().blob
    assert blob is not None
    assert blob.sha256 == hashlib.sha256(data).hexdigest()
    assert content_of(blob) == data
    assert BlobChunk.objects.filter(blob=blob).count() == -(-len(data) // CHUNK_BYTES)


def test_bytes_that_do_not_follow_are_refused_and_change_nothing(lead, department):
    url = announce(lead, department, size=100)["Location"]
    send(lead, url, b"x" * 10)
    for offset in (0, 9, 11, 100):
        answer = send(lead, url, b"y" * 10, offset=offset)
        assert answer.status_code == 409 if offset < 100 else answer.status_code in (409, 413)
    assert stands(lead, url) == 10


def test_more_bytes_than_were_announced_are_refused(lead, department):
    url = announce(lead, department, size=10)["Location"]
    assert send(lead, url, b"x" * 11).status_code == 413
    assert stands(lead, url) == 0


@pytest.mark.parametrize(
    ("headers", "content_type", "status"),
    [
        ({"Upload-Offset": "0"}, BYTES, 412),
        ({**TUS, "Tus-Resumable": "0.2.2", "Upload-Offset": "0"}, BYTES, 412),
        ({**TUS, "Upload-Offset": "0"}, "application/pdf", 415),
        (TUS, BYTES, 400),
        ({**TUS, "Upload-Offset": "-1"}, BYTES, 400),
        ({**TUS, "Upload-Offset": "²"}, BYTES, 400),
        ({**TUS, "Upload-Offset": "9" * 40}, BYTES, 400),
    ],
)
def test_what_is_not_the_protocol_is_told(lead, department, headers, content_type, status):
    url = announce(lead, department, size=4)["Location"]
    answer = lead.patch(url, b"done", content_type=content_type, headers=headers)
    assert answer.status_code == status
    assert answer["Tus-Resumable"] == "1.0.0"
    assert stands(lead, url) == 0


@pytest.mark.parametrize("length", ["", "x", "-5", "1e3", "9" * 30, "½"])
def test_a_length_that_is_no_number_is_a_bad_request(lead, department, length):
    assert announce(lead, department, **{"Upload-Length": length}).status_code == 400
    assert File.objects.count() == 0


@pytest.mark.parametrize("metadata", ["filename !!!", "filename é", "filename ====", "filename a"])
def test_metadata_that_is_not_base64_is_a_bad_request(lead, department, metadata):
    assert announce(lead, department, **{"Upload-Metadata": metadata}).status_code == 400


def test_what_is_spoken_here_is_told(lead, department):
    answer = lead.options(reverse("files:uploads", args=[department.pk]))
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert answer["Tus-Extension"] == "creation,termination,expiration"
    assert int(answer["Tus-Max-Size"]) > 0


def test_a_network_that_lets_no_patch_through_may_post_instead(lead, department):
    url = announce(lead, department, size=4)["Location"]
    headers = {**TUS, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert lead.post(url, b"done", content_type=BYTES, headers=headers).status_code == 204
    assert lead.get(url, headers={**TUS, "X-HTTP-Method-Override": "DELETE"}).status_code == 405


def test_bytes_from_another_site_are_refused(people, department):
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["lead"])
    file = arriving.begin(department=department, name="a.pdf", size=4, by=people["lead"])
    assert send(client, reverse("files:upload", args=[file.token]), b"done").status_code == 403


def test_calling_it_off_leaves_nothing(lead, department):
    url = announce(lead, department, size=100)["Location"]
    send(lead, url, b"x" * 50)
    assert lead.delete(url, headers=TUS).status_code == 204
    assert (File.objects.count(), Blob.objects.count(), BlobChunk.objects.count()) == (0, 0, 0)
    assert stands(lead, url) == 404
    assert lead.delete(url, headers=TUS).status_code == 404


def test_what_has_arrived_is_not_called_off(lead, department):
    url = announce(lead, department, size=4)["Location"]
    send(lead, url, b"done")
    assert lead.delete(url, headers=TUS).status_code == 409
    assert File.objects.count() == 1


# --- Whose it is
@pytest.mark.parametrize(
    ("who", "status"), [("contributor", 404), ("executive", 403), ("assessor", 404), ("lead.elsewhere", 404)]
)
def test_only_its_sender_meets_a_file_on_its_way(signed_in, arriving_file, who, status):
    client, url = signed_in(who), reverse("files:upload", args=[arriving_file.token])
    assert stands(client, url) == status
    assert send(client, url, b"x").status_code == status
    assert client.delete(url, headers=TUS).status_code == status
    assert the_blob().size == 0


def test_a_stranger_and_a_lesser_role_announce_nothing(signed_in, department, preparing):
    assert announce(signed_in("lead.elsewhere"), department).status_code == 404
    assert announce(signed_in("executive"), department).status_code == 403
    assert File.objects.count() == 0


def test_a_session_that_ended_is_told_to_the_script_and_loses_nothing(lead, department, people):
    url = announce(lead, department, size=8)["Location"]
    send(lead, url, b"half")
    lead.logout()
    for answer in (send(lead, url, b"half", offset=4), lead.head(url, headers=TUS), lead.delete(url, headers=TUS)):
        assert answer.status_code == 401
        assert "Location" not in answer
    assert announce(lead, department).status_code == 401
    lead.force_login(people["lead"])
    assert stands(lead, url) == 4
    assert send(lead, url, b"half", offset=4).status_code == 204
    assert File.objects.get().state == FileState.WAITING


# --- Refused before a byte is taken
@pytest.mark.parametrize(
    ("name", "size", "status", "words"),
    [
        ("program.exe", 1000, 422, "Choose a file of another kind. These are taken: pdf,"),
        ("page.html", 1000, 422, "Choose a file of another kind"),
        ("no ending", 1000, 422, "Choose a file of another kind"),
        ("evidence\u202efdp.exe", 1000, 422, "Choose a file of another kind"),
        ("empty.pdf", 0, 422, "The file is empty."),
        ("film.mp4", 600 * 1024 * 1024, 413, "The file is larger than 500 MB."),
    ],
)
def test_what_cannot_be_accepted_is_refused_early_in_words(lead, department, name, size, status, words):
    answer = announce(lead, department, name=name, size=size)
    assert answer.status_code == status
    assert answer.content.decode().startswith(words)
    assert (File.objects.count(), Blob.objects.count()) == (0, 0)


def test_nothing_is_taken_while_nothing_is_prepared(lead, department):
    Assessment.objects.update(stage=Stage.SUBMITTED)
    answer = announce(lead, department)
    assert answer.status_code == 422
    assert "is being prepared now" in answer.content.decode()


def test_a_trust_keeps_so_much_and_no_more(lead, department, settings):
    settings.EVIDENCE_QUOTA_BYTES = 1500
    first = announce(lead, department, size=1000)
    refused = announce(lead, department, size=501)
    assert refused.status_code == 422
    assert "There is not enough space left for this file: it is 501\xa0bytes" in refused.content.decode()
    assert announce(lead, department, size=500).status_code == 201
    lead.delete(first["Location"], headers=TUS)
    assert announce(lead, department, size=1000).status_code == 201


def test_a_trust_may_have_a_space_of_its_own(lead, department, capsys):
    call_command("set_quota", "rke", "0")
    assert announce(lead, department, size=1).status_code == 422
    call_command("set_quota", "RKE", "0.5")
    assert announce(lead, department, size=1000).status_code == 201
    call_command("set_quota", "RKE", "default")
    assert Trust.objects.get(pk=department.trust_id).quota_bytes is None
    assert "may keep 512.0\xa0MB of evidence" in capsys.readouterr().out
    for words in (["RZZ", "1"], ["RKE", "much"], ["RKE", "-1"], ["RKE", "nan"]):
        with pytest.raises(CommandError):
            call_command("set_quota", *words)


def test_a_content_counts_once_however_often_it_is_sent(lead, department):
    for _ in range(2):
        send(lead, announce(lead, department, size=4)["Location"], b"done")
    announce(lead, department, size=100)
    assert used_by(department.trust) == 104


@pytest.mark.parametrize("name", FILE_NAMES)
def test_a_name_that_breaks_systems_is_made_harmless(lead, department, name):
    answer = announce(lead, department, name=name, size=4)
    assert answer.status_code in (201, 422)
    if answer.status_code == 201:
        send(lead, answer["Location"], b"done")
        kept = File.objects.get().name
        assert 0 < len(kept) <= 255
        assert kept == display_name(kept)
        assert not set(kept) & set("/\\\n\r\t\0\x1b\u202e")
        assert kept.endswith(".txt")


def test_names_as_people_see_them():
    assert display_name("C:\\Users\\me\\Complaints 2025.PDF") == "Complaints 2025.PDF"
    assert display_name("../../etc/passwd") == "passwd"
    assert display_name("evidence\u202efdp.exe") == "evidencefdp.exe"
    assert display_name(" . \x00 / ") == "file"
    assert display_name("é" * 300 + ".docx") == "é" * 250 + ".docx"
    assert display_name("cafe\u0301.txt") == "café.txt"
    assert title_from("complaints_report--2025.final.pdf") == "Complaints report 2025.final"


# --- The same content again
def test_the_same_content_is_kept_once(lead, department, people):
    known = store(file=io.BytesIO(b"the same"), by=people["lead"])
    url = announce(lead, department, size=8)["Location"]
    send(lead, url, b"the ")
    send(lead, url, b"same", offset=4)
    assert File.objects.get().blob == known
    assert Blob.objects.count() == 1
    assert BlobChunk.objects.count() == 1


def test_the_sender_is_told_what_the_department_has_already(lead, department, preparing, people):
    send(lead, announce(lead, department, size=4)["Location"], b"done")
    element = preparing.standard.elements.get(number="1.1.1")
    add_evidence(
        assessment=preparing, elements=[element], title="Minutes", owner="Sister", dated=timezone.localdate(),
        file=File.objects.get(), by=people["lead"],
    )  # fmt: skip
    url = announce(lead, department, size=4, name="Again.pdf")["Location"]
    send(lead, url, b"done")
    token = url.split("/")[-2]
    told = lead.get(reverse("assessments:evidence_arrived", args=[preparing.pk, "4.3.4", token])).json()
    assert (told["state"], told["words"], told["settled"]) == ("waiting", "Waiting to be checked", False)
    (known,) = told["known"]
    assert (known["code"], known["title"], known["used"]) == ("ES 1", "Minutes", False)
    assert known["url"] == reverse("assessments:evidence_detail", args=[known["pk"]])
    told = lead.get(reverse("assessments:evidence_arrived", args=[preparing.pk, "1.1.1", token])).json()
    assert told["known"][0]["used"]


# --- Lines that drop, processes that die
class Dropping:
    """A line that gives so many bytes and then drops, by an error or by an end."""

    def __init__(self, data, error):
        self.stream, self.error = io.BytesIO(data), error

    def read(self, size):
        data = self.stream.read(size)
        if not data and self.error:
            raise OSError("connection reset")
        return data


@pytest.mark.parametrize("error", [True, False])
def test_a_line_that_drops_in_mid_body_keeps_what_came(lead, arriving_file, error):
    data = some_bytes(700)
    assert arriving.take_in(file=arriving_file, offset=0, line=Dropping(data, error)) == 700
    url = reverse("files:upload", args=[arriving_file.token])
    assert stands(lead, url) == 700
    send(lead, url, b"x" * 300, offset=700)
    assert content_of(the_blob()) == data + b"x" * 300


def test_a_file_that_is_all_here_when_its_process_dies_is_completed_by_who_asks(lead, arriving_file):
    arriving.add_bytes(file=arriving_file, offset=0, data=b"x" * 1000)
    assert File.objects.get().state == FileState.ARRIVING
    assert stands(lead, reverse("files:upload", args=[arriving_file.token])) == 1000
    assert File.objects.get().state == FileState.WAITING


def test_the_sweep_completes_what_was_left_whole_and_gives_up_what_nobody_goes_on_sending(department, people):
    made = {}
    for name, came, hours in [("whole", 10, 0.1), ("fresh", 10, 0), ("left", 5, 25), ("half", 5, 23), ("old", 10, 30)]:
        file = arriving.begin(department=department, name=f"{name}.pdf", size=10, by=people["lead"])
        arriving.add_bytes(file=file, offset=0, data=name[:1].encode() * came)
        File.objects.filter(pk=file.pk).update(beaten_at=timezone.now() - timedelta(hours=hours))
        made[name] = file.pk
    never = arriving.begin(department=department, name="never.pdf", size=10, by=people["lead"])
    File.objects.filter(pk=never.pk).update(sent_at=timezone.now() - timedelta(hours=25))
    arriving.sweep()
    states = dict(File.objects.values_list("pk", "state"))
    assert {name: states.get(pk) for name, pk in made.items()} == {
        "whole": "waiting",
        "fresh": "arriving",
        "left": None,
        "half": "arriving",
        "old": "waiting",
    }
    assert never.pk not in states
    assert Blob.objects.count() == 4


def test_a_blob_never_grows_past_a_hole(department):
    blob = begin_blob()
    grow(blob=blob, data=b"a" * 10)
    grow(blob=blob, data=b"")
    grow(blob=blob, data=b"b" * (CHUNK_BYTES - 10))
    grow(blob=blob, data=b"c")
    assert content_of(Blob.objects.get(pk=blob.pk)) == b"a" * 10 + b"b" * (CHUNK_BYTES - 10) + b"c"


# --- Two at the same moment
@pytest.mark.django_db(transaction=True)
def test_two_batches_for_one_place_never_mix(people, preparing):
    file = arriving.begin(department=preparing.department, name="a.pdf", size=3 * CHUNK_BYTES, by=people["lead"])
    outcomes: list[str | int] = []

    def put(letter):
        def change():
            try:
                arriving.add_bytes(file=file, offset=0, data=letter * (CHUNK_BYTES + 5))
                outcomes.append("written")
            except arriving.WrongPlace as wrong:
                outcomes.append(wrong.offset)

        return change

    at_once(put(b"a"), put(b"b"), put(b"c"))
    assert sorted(outcomes, key=str) == [CHUNK_BYTES + 5, CHUNK_BYTES + 5, "written"]
    assert len(set(content_of(the_blob()))) == 1


@pytest.mark.django_db(transaction=True)
def test_two_requests_with_the_same_bytes_leave_the_file_whole(people, preparing):
    data = some_bytes(3 * arriving.BATCH_BYTES + 99)
    file = arriving.begin(department=preparing.department, name="a.pdf", size=len(data), by=people["lead"])

    def put():
        with suppress(arriving.WrongPlace, arriving.NotArriving):
            arriving.take_in(file=file, offset=0, line=io.BytesIO(data))

    at_once(put, put)
    # Each gave way to the other somewhere, or one came through: in either case nothing is in the wrong place.
    assert content_of(the_blob()) == data[: the_blob().size]
    while File.objects.get().state == FileState.ARRIVING:
        here = the_blob().size
        arriving.take_in(file=file, offset=here, line=io.BytesIO(data[here:]))
    assert the_blob().sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.django_db(transaction=True)
def test_the_same_content_from_two_people_at_once_is_kept_once(people, preparing):
    data = some_bytes(2 * CHUNK_BYTES)
    senders = [people["lead"], people["contributor"], people["lead"]]
    files = [
        arriving.begin(department=preparing.department, name="a.pdf", size=len(data), by=person) for person in senders
    ]
    assert (
        at_once(*[lambda file=file: arriving.take_in(file=file, offset=0, line=io.BytesIO(data)) for file in files])
        == ["done"] * 3
    )
    assert Blob.objects.count() == 1
    assert BlobChunk.objects.count() == 2
    assert set(File.objects.values_list("state", flat=True)) == {FileState.WAITING}


@pytest.mark.django_db(transaction=True)
def test_completing_twice_at_once_is_completing_once(people, preparing):
    store(file=io.BytesIO(b"x" * 1000), by=None)
    file = arriving.begin(department=preparing.department, name="a.pdf", size=1000, by=people["lead"])
    arriving.add_bytes(file=file, offset=0, data=b"x" * 1000)
    assert at_once(*[lambda: arriving.complete(file=file)] * 4) == ["done"] * 4
    assert Blob.objects.count() == 1
    assert File.objects.get().state == FileState.WAITING


@pytest.mark.django_db(transaction=True)
def test_two_announcements_at_once_do_not_share_the_last_space(people, preparing, settings):
    settings.EVIDENCE_QUOTA_BYTES = 1500
    results = at_once(
        *[lambda: arriving.begin(department=preparing.department, name="a.pdf", size=1000, by=people["lead"])] * 3
    )
    assert results.count("done") == 1
    assert File.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_no_transaction_waits_for_the_senders_bytes(people, preparing):
    file = arriving.begin(department=preparing.department, name="a.pdf", size=10**6, by=people["lead"])
    waiting, go_on, in_transaction = threading.Event(), threading.Event(), []

    class Slow:
        def read(self, _size):
            in_transaction.append(connection.in_atomic_block)
            waiting.set()
            go_on.wait(10)
            return b""

    def take():
        try:
            arriving.take_in(file=file, offset=0, line=Slow())
        finally:
            connection.close()

    thread = threading.Thread(target=take)
    thread.start()
    assert waiting.wait(10)
    assert arriving.add_bytes(file=file, offset=0, data=b"meanwhile") == 9
    go_on.set()
    thread.join()
    assert in_transaction == [False]


# --- Memory
class Endless:
    """So many bytes, made as they are asked for."""

    def __init__(self, size):
        self.left, self.block = size, os.urandom(1024 * 1024)

    def read(self, size):
        size = min(size, self.left)
        self.left -= size
        return self.block[:size]


def test_memory_does_not_grow_with_the_file(department, people):
    size = 200 * 1024 * 1024
    small = arriving.begin(department=department, name="small.pdf", size=10**7, by=people["lead"])
    arriving.take_in(file=small, offset=0, line=Endless(10**7))
    file = arriving.begin(department=department, name="large.mp4", size=size, by=people["lead"])
    Path("/proc/self/clear_refs").write_text("5")
    before = memory("VmRSS")
    half = arriving.take_in(file=file, offset=0, line=Endless(size // 2))
    assert arriving.take_in(file=file, offset=half, line=Endless(size - half)) == size
    assert File.objects.get(pk=file.pk).state == FileState.WAITING
    assert memory("VmHWM") - before <= 16 * 1024


def memory(field):
    """KiB of this process."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field))
    return int(line.split()[1])


def test_an_address_that_was_never_given_is_not_found(lead):
    assert stands(lead, reverse("files:upload", args=[uuid4()])) == 404
