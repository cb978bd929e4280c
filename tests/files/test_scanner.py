"""The virus scanner's client against a real clamd, and against listeners that are worse than any clamd."""

import contextlib
import io
import random
import socket
import threading
import time
import tracemalloc
import zipfile

import pytest
from docx import Document

from files import scanner
from files.scanner import NotScanned, Scan, ScannerAway, TooLargeToScan
from tests.files.clamd import FOUND_NAME, TEST_STRING, running_clamd

MIB = 1024 * 1024
CLEAN = Scan("")
INFECTED = Scan(FOUND_NAME)


class Made(io.RawIOBase):
    """A file of so many bytes that is never in memory; `asked` is the most that was read at once."""

    def __init__(self, size: int) -> None:
        self.left = size
        self.asked = 0

    def read(self, size: int = -1) -> bytes:
        self.asked = max(self.asked, size)
        size = min(size, self.left)
        self.left -= size
        return b"x" * size


@pytest.fixture(scope="module")
def small():
    """A scanner that takes a megabyte, on a TCP port."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    limits = {"StreamMaxLength": "1M", "MaxFileSize": "1M", "MaxScanSize": "2M"}
    with running_clamd(TCPSocket=str(port), TCPAddr="127.0.0.1", **limits) as clamd:
        yield {"tcp": f"tcp://127.0.0.1:{port}", "unix": clamd.url}


@contextlib.contextmanager
def listener(talk):
    """The address of something that is no clamd: `talk(connection)` is all it does with the one who calls."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            with contextlib.suppress(OSError):
                connection, _address = server.accept()
                with connection:
                    talk(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def taking_all_then(*answers, pause=0.0):
    """Takes the whole stream as clamd does, then says this."""

    def talk(connection):
        with connection.makefile("rb") as coming:
            assert coming.read(10) == b"zINSTREAM\0"
            while length := int.from_bytes(coming.read(4), "big"):
                coming.read(length)
        for answer in answers:
            connection.sendall(answer)
            time.sleep(pause)

    return talk


def word_document(words: str) -> bytes:
    document = Document()
    document.add_paragraph(words)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def zipped(*contents: bytes, depth: int = 1) -> bytes:
    """A zip of these files, in a zip, in a zip, so many times."""
    for _level in range(depth):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for number, content in enumerate(contents):
                archive.writestr(f"file-{number}", content)
        contents = (packed.getvalue(),)
    return contents[0]


def scan(content: bytes, url: str) -> Scan:
    return scanner.scan(io.BytesIO(content), url=url)


# --- What clamd finds
INFECTED_FILES = {
    "alone": TEST_STRING,
    "in the middle of 5 MB": random.Random(1).randbytes(5 * MIB // 2) + TEST_STRING + b"\0" * (5 * MIB // 2),
    "across two chunks": b"x" * (scanner.CHUNK_BYTES - 20) + TEST_STRING,
    "in a zip": zipped(TEST_STRING),
    "in a zip in a zip in a zip": zipped(TEST_STRING, depth=3),
    "in a Word document": word_document(f"Minutes. {TEST_STRING.decode()}"),
}


@pytest.mark.parametrize("content", INFECTED_FILES.values(), ids=INFECTED_FILES)
def test_the_test_string_is_found(clamd, content):
    assert scan(content, clamd.url) == INFECTED


@pytest.mark.parametrize(
    "content",
    [b"", b"x", TEST_STRING[:-9], b"You said, we did. " * 100_000, zipped(b"minutes"), word_document("Minutes")],
    ids=["nothing", "one byte", "most of the test string", "2 MB", "zip", "Word"],
)
def test_a_clean_file_is_clean(clamd, content):
    assert scan(content, clamd.url) == CLEAN


def test_the_file_is_scanned_from_where_it_stands(clamd):
    stream = io.BytesIO(TEST_STRING + b" and a clean rest")
    stream.seek(len(TEST_STRING))
    assert scanner.scan(stream, url=clamd.url) == CLEAN


def test_a_stream_that_gives_a_little_at_a_time_is_scanned_whole(clamd):
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(7)

    assert scanner.scan(Slow(TEST_STRING), url=clamd.url) == INFECTED


def test_a_large_file_is_scanned_in_little_memory(clamd):
    stream = Made(200 * MIB)
    tracemalloc.start()
    try:
        assert scanner.scan(stream, url=clamd.url) == CLEAN  # type: ignore[arg-type]
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (stream.left, stream.asked) == (0, scanner.CHUNK_BYTES)
    assert peak <= 2 * MIB


# --- What is too large is never called clean
@pytest.mark.parametrize("way", ["tcp", "unix"])
@pytest.mark.parametrize("size", [MIB + 1, 2 * MIB, 60 * MIB])
def test_a_file_over_the_limit_is_said_to_be_too_large(small, way, size):
    for _time in range(5):  # clamd hangs up in the middle: its answer must not be lost with the connection
        with pytest.raises(TooLargeToScan, match="larger than the virus scanner takes"):
            scanner.scan(Made(size), url=small[way])  # type: ignore[arg-type]


def test_a_file_at_the_limit_is_scanned(small):
    assert scan(b"x" * MIB, small["tcp"]) == CLEAN
    assert scan(b"x" * (MIB - len(TEST_STRING)) + TEST_STRING, small["tcp"]) == INFECTED


PARTLY_READ = {
    "more than MaxScanSize in all": zipped(*[b"x" * 900 * 1024] * 5, TEST_STRING),
    "deeper than MaxRecursion": zipped(TEST_STRING, depth=20),
}


@pytest.mark.parametrize("content", PARTLY_READ.values(), ids=PARTLY_READ)
def test_a_zip_of_which_clamd_reads_a_part_only_is_not_called_clean(small, content):
    with pytest.raises(TooLargeToScan, match=r"Heuristics\.Limits\.Exceeded"):
        scan(content, small["tcp"])


# --- A scanner that is not there, or is not a scanner
def test_a_scanner_that_stops_is_away_at_once_and_back_when_it_is_started(clamd_of_my_own):
    url = clamd_of_my_own.url
    assert (scan(TEST_STRING, url), scanner.ping(url)) == (INFECTED, True)
    clamd_of_my_own.stop()
    began = time.monotonic()
    with pytest.raises(ScannerAway, match="cannot be reached"):
        scan(TEST_STRING, url)
    assert scanner.ping(url) is False
    with pytest.raises(ScannerAway):
        scanner.version(url)
    assert time.monotonic() - began < 1
    clamd_of_my_own.start()
    assert (scan(TEST_STRING, url), scan(b"clean", url)) == (INFECTED, CLEAN)


def test_a_scanner_that_is_killed_in_mid_stream_is_away(clamd_of_my_own):
    class Killing(Made):
        def read(self, size: int = -1) -> bytes:
            if self.left < 5 * MIB:
                clamd_of_my_own.stop()
            return super().read(size)

    with pytest.raises(ScannerAway, match="ended the connection"):
        scanner.scan(Killing(10 * MIB), url=clamd_of_my_own.url)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "clamav:3310",
        "http://127.0.0.1:3310",
        "tcp://",
        "tcp://127.0.0.1:port",
        "tcp://127.0.0.1:1",
        "tcp://no-such-host.invalid:3310",
        "tcp://" + "long" * 20 + ":3310",
        "unix:relative.sock",
        "unix://",
        "unix:///no/such.sock",
        "unix:///" + "long" * 30,
        "unix:///\0",
    ],
)
def test_an_address_where_no_scanner_is_never_gives_a_clean_file(url):
    with pytest.raises(ScannerAway):
        scan(b"clean", url)
    assert scanner.ping(url) is False


@pytest.mark.parametrize("size", [10, 30 * MIB], ids=["small", "more than the sockets hold"])
def test_a_scanner_that_never_answers_is_away_within_the_timeout(size):
    hung_up = threading.Event()
    with listener(lambda connection: hung_up.wait(20)) as url:
        began = time.monotonic()
        with pytest.raises(ScannerAway, match=r"did not answer within 0\.5 seconds|takes no more"):
            scanner.scan(Made(size), url=url, seconds=0.5)  # type: ignore[arg-type]
        assert time.monotonic() - began < 2
        hung_up.set()


def test_a_scanner_that_says_a_byte_now_and_then_does_not_hold_us():
    with listener(taking_all_then(*[b"s"] * 40, pause=0.1)) as url:
        began = time.monotonic()
        with pytest.raises(ScannerAway, match="did not answer"):
            scanner.scan(io.BytesIO(b"clean"), url=url, seconds=0.5)
        assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\0",
        b"OK\0",
        b"stream: OK",
        b"stream: OK\n",
        b"stream: OK\0stream: OK\0",
        b"stream: OK \0",
        b"stream: ok\0",
        b"1: stream: OK\0",
        b"stream:  FOUND\0",
        b"stream: Some.Virus FOUND, or not\0",
        b"stream: Can't allocate memory ERROR\0",
        b"UNKNOWN COMMAND\0",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"\xff\xfe\x00",
        b"x" * 100_000 + b"\0",
    ],
)
def test_an_answer_that_is_not_exactly_ok_or_found_is_no_answer(answer):
    with listener(taking_all_then(answer)) as url, pytest.raises(ScannerAway):
        scan(b"clean", url)


def test_an_answer_in_two_pieces_is_one_answer():
    with listener(taking_all_then(b"stream: O", b"K\0", pause=0.05)) as url:
        assert scan(b"clean", url) == CLEAN
    with listener(taking_all_then(b"stream: Some.Virus FO", b"UND\0", pause=0.05)) as url:
        assert scan(b"not", url) == Scan("Some.Virus")


def test_ok_before_the_whole_file_was_taken_is_not_believed():
    def talk(connection):
        connection.sendall(b"stream: OK\0")
        while connection.recv(MIB):
            pass

    with listener(talk) as url, pytest.raises(NotScanned):
        scanner.scan(Made(60 * MIB), url=url)  # type: ignore[arg-type]


def test_a_file_that_cannot_be_read_says_so_itself(clamd):
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise RuntimeError("The database went away")

    with pytest.raises(RuntimeError, match="The database went away"):
        scanner.scan(Broken(), url=clamd.url)  # type: ignore[arg-type]


# --- How it is
def test_the_scanner_tells_how_it_is(clamd):
    assert scanner.ping(clamd.url) is True
    assert scanner.version(clamd.url).startswith("ClamAV 1.")


def test_something_else_that_listens_is_no_scanner():
    def talk(connection):
        connection.recv(100)
        connection.sendall(b"220 mail.example ESMTP\0")

    for ask in (scanner.version, lambda url: scanner.ping(url) or scanner.version("")):
        with listener(talk) as url, pytest.raises(ScannerAway):
            ask(url)
