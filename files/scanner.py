"""Our client of the virus scanner: sends bytes to clamd by INSTREAM and believes nothing but its two plain answers.

The protocol is that of clamd(8): a command that begins with `z` and ends with a zero byte, then chunks, each after its
length in four bytes, then a length of nought; the answer ends with a zero byte too.
"""

import re
import select
import socket
import struct
import time
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

CHUNK_BYTES = 256 * 1024
PORT = 3310
CONNECT_SECONDS = 5.0
# clamd itself gives up after MaxScanTime, which is 120 s unless it is told otherwise; it is silent until then.
SCAN_SECONDS = 150.0
STATUS_SECONDS = 5.0
LONGEST_ANSWER = 4096  # bytes

LENGTH = struct.Struct("!I")
FOUND = re.compile(r"stream: (\S.*) FOUND")
# With `AlertExceedsMax yes`, a file that was looked at in part only is "found" by this name.
NOT_ALL_READ = "Heuristics.Limits.Exceeded"
TOO_LONG = "INSTREAM size limit exceeded"


class NotScanned(Exception):
    """Whether there is a virus is not known; the words say why. Such a file is never to be taken for a clean one."""


class ScannerAway(NotScanned):
    """The scanner cannot be reached, does not answer, or answers what we do not understand: ask again later."""


class TooLargeToScan(NotScanned):
    """The file, or what is packed in it, is larger than the scanner's limits: asking again would change nothing."""


@dataclass(frozen=True)
class Scan:
    """What the scanner said of one file: `found` names the signature; it is empty for a clean file."""

    found: str


def scan(stream: IO[bytes], *, url: str, seconds: float = SCAN_SECONDS) -> Scan:
    """Have the scanner look at all bytes of `stream` from where it stands, 256 KiB in memory at a time.

    `seconds` is how long to wait for the scanner to take one chunk, and how long for its answer. Raises ScannerAway
    or TooLargeToScan whenever the answer is not exactly `stream: OK` or `stream: … FOUND`.
    """
    with connected(url, seconds) as scanner:
        whole = send_all(scanner, stream)
        answer = answer_from(scanner, seconds)
    found = FOUND.fullmatch(answer)
    if TOO_LONG in answer or (found and found[1].startswith(NOT_ALL_READ)):
        raise TooLargeToScan(f"The file is larger than the virus scanner takes: {answer}")
    if found:
        return Scan(found[1])
    if answer == "stream: OK" and whole:
        return Scan("")
    raise ScannerAway(f"The virus scanner answered: {answer[:200]!r}")


def ping(url: str) -> bool:
    """Whether the scanner is there and ready."""
    try:
        return ask("PING", url) == "PONG"
    except ScannerAway:
        return False


def version(url: str) -> str:
    """The scanner's version with the number and date of its signatures: `ClamAV 1.4.6/27500/Sun Nov 22 …`."""
    answer = ask("VERSION", url)
    if not answer.startswith("ClamAV"):
        raise ScannerAway(f"The virus scanner answered: {answer[:200]!r}")
    return answer


def ask(command: str, url: str) -> str:
    """The answer to a command that takes nothing."""
    with connected(url, STATUS_SECONDS) as scanner:
        try:
            scanner.sendall(f"z{command}\0".encode())
        except OSError as problem:
            raise ScannerAway(f"The virus scanner ended the connection: {said(problem)}") from problem
        return answer_from(scanner, STATUS_SECONDS)


def connected(url: str, seconds: float) -> socket.socket:
    """A connection to `tcp://host:port` or `unix:///path`, whose every wait ends after `seconds`."""
    try:
        address = urlsplit(url)
        if address.scheme == "unix" and address.path and not address.netloc:
            return connected_to_path(address.path, seconds)
        if address.scheme == "tcp" and address.hostname:
            place = (address.hostname, address.port or PORT)
            scanner = socket.create_connection(place, timeout=min(seconds, CONNECT_SECONDS))
            scanner.settimeout(seconds)
            return scanner
    except (OSError, ValueError) as problem:
        raise ScannerAway(f"The virus scanner at {url} cannot be reached: {said(problem)}") from problem
    raise ScannerAway(f"The virus scanner's address is neither tcp://host:{PORT} nor unix:///path: {url!r}")


def connected_to_path(path: str, seconds: float) -> socket.socket:
    scanner = socket.socket(socket.AF_UNIX)
    try:
        scanner.settimeout(min(seconds, CONNECT_SECONDS))
        scanner.connect(path)
    except BaseException:
        scanner.close()
        raise
    scanner.settimeout(seconds)
    return scanner


def send_all(scanner: socket.socket, stream: IO[bytes]) -> bool:
    """Send the command and the stream; whether all of it went, as clamd may answer and hang up before the end.

    When it hangs up, what it said may still be waiting to be read: that, and not the broken connection, says why.
    """
    spoken = select.poll()
    spoken.register(scanner, select.POLLIN)
    try:
        scanner.sendall(b"zINSTREAM\0")
    except OSError as problem:
        raise ScannerAway(f"The virus scanner ended the connection: {said(problem)}") from problem
    while chunk := stream.read(CHUNK_BYTES):
        if spoken.poll(0):
            return False
        try:
            scanner.sendall(LENGTH.pack(len(chunk)) + chunk)
        except TimeoutError as problem:
            raise ScannerAway("The virus scanner takes no more of the file.") from problem
        except OSError:
            return False
    try:
        scanner.sendall(LENGTH.pack(0))
    except OSError:
        return False
    return True


def answer_from(scanner: socket.socket, seconds: float) -> str:
    """One whole answer, which a zero byte ends; half of one is none."""
    deadline = time.monotonic() + seconds
    answer = b""
    while not answer.endswith(b"\0") and len(answer) <= LONGEST_ANSWER:
        try:
            # A scanner that says a byte now and then must not hold us for longer than one that says nothing.
            scanner.settimeout(max(deadline - time.monotonic(), 0.001))
            said_now = scanner.recv(LONGEST_ANSWER)
        except TimeoutError as problem:
            raise ScannerAway(f"The virus scanner did not answer within {seconds:g} seconds.") from problem
        except OSError as problem:
            raise ScannerAway(f"The virus scanner ended the connection: {said(problem)}") from problem
        if not said_now:
            raise ScannerAway("The virus scanner ended the connection without an answer.")
        answer += said_now
    whole, _end, more = answer.partition(b"\0")
    if more or len(answer) > LONGEST_ANSWER:
        raise ScannerAway(f"The virus scanner answered more than was asked: {answer[:200]!r}")
    return whole.decode("ascii", errors="backslashreplace")


def said(problem: Exception) -> str:
    """What the system says of a problem, without its number."""
    return (problem.strerror if isinstance(problem, OSError) else None) or str(problem) or type(problem).__name__
