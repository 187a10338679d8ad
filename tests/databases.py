"""A PostgreSQL server of our own, also when the tests run as root."""

import os
import shutil
import subprocess
from pathlib import Path

FONTS = Path(__file__).resolve().parent.parent / "build" / "fonts"


def environment(database_url: str, instance: Path, **more: str) -> dict[str, str]:
    """Settings of an installation under test; the converted fonts are shared, they take long."""
    FONTS.mkdir(parents=True, exist_ok=True)
    instance.mkdir(parents=True, exist_ok=True)
    if not (instance / "fonts").exists():
        (instance / "fonts").symlink_to(FONTS)
    return {
        "DATABASE_URL": database_url,
        "INSTANCE_DIR": str(instance),
        "BASE_URL": "http://localhost:8000",
        **more,
    }


def binaries() -> Path:
    """Folder of initdb and pg_ctl: Debian keeps them off the path."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if installed:
        return installed[-1].parent
    found = shutil.which("initdb")
    if found is None:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
    return Path(found).resolve().parent


class PostgresServer:
    """One cluster in a temporary folder, reached through its own socket only."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder = folder
        self.durable = durable
        self.data = folder / "data"
        self.as_other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def start(self) -> None:
        if self.as_other:
            self._open_path()
            shutil.chown(self.folder, "postgres", "postgres")
        self._run(
            "initdb",
            "-D",
            self.data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        options = f"-k {self.folder} -c listen_addresses= -c max_connections=60"
        if not self.durable:
            options += " -c fsync=off -c full_page_writes=off"
        self._run(
            "pg_ctl", "-D", self.data, "-l", self.folder / "log", "-w", "-o", options, "start"
        )

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "stop")

    def create_database(self, name: str) -> str:
        """Make an empty database; return its address."""
        self._run("createdb", "-h", self.folder, "-U", "postgres", name)
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def _open_path(self) -> None:
        # pytest's folders are private to root; the server must be able to walk to its own
        for parent in self.folder.parents:
            if parent.stat().st_uid == os.geteuid() and parent != Path("/"):
                parent.chmod(parent.stat().st_mode | 0o011)

    def _run(self, program: str, *arguments: object) -> None:
        command = [*self.as_other, str(binaries() / program), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr or done.stdout}")
