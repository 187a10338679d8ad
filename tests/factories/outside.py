"""A signer in a process of its own: its keys never leave it. Started with the path of its socket."""

import json
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from probity.credentials.proofs import signers
from probity.credentials.proofs.signers import Purpose

SOCKET = "signer.sock"


def connect(folder: Path) -> "Outside":
    """What KEYS_BACKEND names."""
    return Outside(folder.parent / SOCKET)


@dataclass(frozen=True)
class Outside:
    path: Path

    def make(self, key_id, purpose):
        ask(self.path, "make", f"{key_id}.{purpose.value}")
        return self.open(key_id, purpose)

    def open(self, key_id, purpose):
        name = f"{key_id}.{purpose.value}"
        return Remote(self.path, name, ask(self.path, "public", name))


@dataclass(frozen=True)
class Remote:
    path: Path
    name: str
    public: bytes

    def sign(self, data):
        return ask(self.path, "sign", self.name, data)


def ask(path, verb, name, data=b""):
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(path))
        line.sendall(json.dumps([verb, name, data.hex()]).encode() + b"\n")
        return bytes.fromhex(line.makefile().readline())


def serve(path):
    kept = {}
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(path))
        door.listen()
        print("ready", flush=True)
        while True:
            line, _who = door.accept()
            with line:
                verb, name, data = json.loads(line.makefile().readline())
                if verb == "make":
                    key = signers.generate(Purpose(name.rpartition(".")[2]))
                    kept[name] = signers.signer_of(key)
                found = (
                    kept[name].sign(bytes.fromhex(data)) if verb == "sign" else kept[name].public
                )
                line.sendall(found.hex().encode() + b"\n")


if __name__ == "__main__":
    serve(sys.argv[1])
