"""A PostgreSQL cluster that can be crashed and started again."""

from pathlib import Path

from faults.killer import Killer
from tests.databases import PostgresServer


class Cluster(PostgresServer):
    """Ours alone, so it may be killed. Start it the first time with `start`."""

    @property
    def options(self) -> str:
        return f"-k {self.folder} -c listen_addresses= -c max_connections=60"

    @property
    def socket(self) -> str:
        return str(self.folder / ".s.PGSQL.5432")

    @property
    def postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def crash(self, killer: Killer) -> None:
        """Kill the postmaster and every process of it at once."""
        pid = self.postmaster
        killer.own(pid)
        pids = killer.tree(pid)
        killer.kill_tree(pid)
        killer.wait_gone(pids)
        # a dead process that nobody has reaped still looks like the owner of these
        for lock in (self.data / "postmaster.pid", Path(f"{self.socket}.lock"), Path(self.socket)):
            lock.unlink(missing_ok=True)

    def stop_at_once(self) -> None:
        """Stop without a checkpoint, as in an emergency."""
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "stop")

    def start_again(self) -> None:
        """Start, recover from the log, and wait until it takes connections."""
        self._run(
            "pg_ctl", "-D", self.data, "-l", self.folder / "log", "-w", "-o", self.options, "start"
        )
