"""The bootstrap, on folders of programs that each test makes, as this machine's own packages are not to be touched."""

import subprocess
from pathlib import Path

import pytest

from portal.launcher import bootstrap

ALL = ["chromium", "clamav-daemon", *(f"libreoffice-{part}-nogui" for part in ("writer", "calc", "impress"))]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch):
    """`programs("clamd", …)` puts these into an otherwise empty machine; the libraries are there."""
    monkeypatch.setattr(bootstrap, "LIBRARIES", {})
    monkeypatch.setattr(bootstrap, "SERVER_FOLDERS", (str(tmp_path / "sbin"),))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    def put(*names: str, folder: str = "bin") -> None:
        (tmp_path / folder).mkdir(exist_ok=True)
        for name in names:
            program = tmp_path / folder / name
            program.write_text("#!/bin/sh\n")
            program.chmod(0o755)

    return put


def lacking(*, for_tests: bool = True) -> list[str]:
    return [package for package in bootstrap.lacking_packages(for_tests=for_tests) if package != "python3-venv"]


def test_an_empty_machine_lacks_all_that_the_tests_run_and_running_the_portal_needs_none_of_it(programs):
    assert lacking() == ALL
    assert lacking(for_tests=False) == []


def test_what_is_there_is_not_installed_again(programs):
    programs("google-chrome", "soffice")
    assert lacking() == ["clamav-daemon"]
    programs("clamd", folder="sbin")
    assert lacking() == []


@pytest.mark.parametrize("there_before", [True, False])
@pytest.mark.parametrize("status", [0, 7])
def test_what_is_installed_starts_no_service(tmp_path, there_before, status):
    """The script that stands around apt-get, with another policy file than the machine's."""
    policy = tmp_path / "policy-rc.d"
    if there_before:
        policy.write_text("#!/bin/sh\nexit 104\n")
        policy.chmod(0o755)
    script = bootstrap.WITHOUT_STARTING_SERVICES.replace("/usr/sbin/policy-rc.d", str(policy))
    installing = ["sh", "-c", f"{policy} clamav-daemon start; echo $?; exit {status}"]
    ran = subprocess.run(["sh", "-c", script, "sh", *installing], capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr, ran.returncode) == ("104\n" if there_before else "101\n", "", status)
    assert policy.exists() == there_before


def test_without_leave_to_install_it_says_what_to_type(programs):
    with pytest.raises(SystemExit, match="apt-get install --no-install-recommends clamav-daemon"):
        bootstrap.install_packages(["clamav-daemon"])
