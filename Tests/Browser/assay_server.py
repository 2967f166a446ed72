"""Starts and stops the program under test, the way a person would."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

BINARY = pathlib.Path(os.environ.get("ASSAY_BINARY", ".build/debug/assay"))
READY_WITHIN = 90  # seconds; a debug build on a busy machine also writes the demo project
STOPPED_WITHIN = 30

ADMIN_EMAIL = "browser.tests@assay.test"
ADMIN_PASSWORD = "correct horse battery staple 42"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def clean_environment():
    """Without the options that a developer's shell may carry: each option of `assay` is also a variable ASSAY_…"""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSAY_")}
    kept["SWIFT_BACKTRACE"] = "enable=yes,threads=crashed,symbolicate=fast,interactive=no,color=no"
    return kept


class AssayServer:
    """One `assay serve` on a free port. Its data folder outlives a restart and goes with `remove`."""

    def __init__(self, *options):
        self.options = list(options)
        self.data = pathlib.Path(tempfile.mkdtemp(prefix="assay-browser-"))
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process = None
        self.output = []  # what this start has printed

    def start(self):
        self.output = []
        self.process = subprocess.Popen(
            [BINARY, "serve", "--data", self.data / "data", "--port", str(self.port), *self.options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            env=clean_environment(), cwd=self.data)
        threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True).start()
        self._wait(lambda: any(self.address in line for line in self.output), READY_WITHIN, "printed its address")
        return self

    def _read(self, stream):
        for line in stream:
            self.output.append(line.rstrip("\n"))

    def _wait(self, condition, seconds, what):
        end = time.monotonic() + seconds
        while not condition():
            if self.process.poll() is not None:
                time.sleep(0.2)  # for its last words
                raise AssertionError(f"assay ended with {self.process.returncode} before it {what}:\n{self.tail()}")
            if time.monotonic() > end:
                raise AssertionError(f"assay has not {what} within {seconds} s:\n{self.tail()}")
            time.sleep(0.05)

    def stop(self):
        """Asks it to end; returns its exit code."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOPPED_WITHIN)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"assay did not end within {STOPPED_WITHIN} s of SIGTERM:\n{self.tail()}") from None
        return self.process.returncode

    def remove(self):
        with contextlib.suppress(AssertionError):
            self.stop()
        shutil.rmtree(self.data, ignore_errors=True)

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def tail(self, lines=40):
        return "\n".join(self.output[-lines:])

    def command(self, *arguments, standard_input=""):
        """Runs another `assay` command on this server's data; returns what it prints."""
        done = subprocess.run(
            [BINARY, *arguments, "--data", self.data / "data"], input=standard_input, capture_output=True, text=True,
            env=clean_environment(), cwd=self.data, timeout=60, check=False)
        assert done.returncode == 0, f"assay {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def create_user(self, email, password, name, *options):
        self.command(
            "user", "create", "--email", email, "--name", name, "--password-stdin", *options,
            standard_input=password + "\n")

    def create_administrator(self):
        self.create_user(ADMIN_EMAIL, ADMIN_PASSWORD, "Browser Tests", "--admin")

    def create_token(self, email=ADMIN_EMAIL, name="browser tests"):
        return self.command("token", "create", "--user", email, "--name", name).strip()

    @property
    def printed_credentials(self):
        """The e-mail and the one-time password that the first start prints, or None."""
        text = "\n".join(self.output)
        email = re.search(r"(?i)\b(?:e-?mail|user|administrator)\b\W*(?:e-?mail)?\W*(\S+@\S+?)[,;]?(?=\s|$)", text)
        password = re.search(r"(?i)\bpassword\b[^:\n]*:\s*(\S+)", text)
        return (email.group(1), password.group(1)) if email and password else None
