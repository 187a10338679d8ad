"""A small mail server for tests: it speaks SMTP over real sockets, with TLS if given a context."""

import base64
import socket
import socketserver
from contextlib import contextmanager
from email import message_from_bytes, policy
from threading import Thread


class Conversation(socketserver.StreamRequestHandler):
    """One client from greeting to goodbye; keeps whole letters and what was shown openly."""

    def handle(self):
        self.private = False
        if self.server.tls and self.server.tls_from_start:
            self.wrap()
        self.say("220 tests ready")
        while line := self.rfile.readline():
            word = line.split()[0].upper().decode() if line.split() else ""
            answer = getattr(self, f"on_{word.lower()}", lambda _line: self.say("502 unknown"))
            answer(line.decode().rstrip("\r\n"))
            if word == "QUIT":
                return

    def say(self, *lines):
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def wrap(self):
        self.request = self.connection = self.server.tls.wrap_socket(self.request, server_side=True)
        self.setup()
        self.private = True

    def finish(self):
        super().finish()
        self.connection.close()

    def on_ehlo(self, _line):
        offers = ["AUTH PLAIN", "8BITMIME", "SMTPUTF8"]
        if self.server.tls and not self.private:
            offers.append("STARTTLS")
        self.say("250-tests", *(f"250-{offer}" for offer in offers), "250 SIZE")

    def on_starttls(self, _line):
        self.say("220 go ahead")
        self.wrap()

    def on_auth(self, line):
        _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
        self.server.logins.append((user, password, self.private))
        self.say("235 welcome")

    def on_mail(self, _line):
        self.say(self.server.answer_to_mail)

    def on_rcpt(self, line):
        self.server.recipients.append(line.split(":", 1)[1].strip("<> "))
        self.say(self.server.answer_to_rcpt)

    def on_data(self, _line):
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        letter = message_from_bytes(b"".join(lines), policy=policy.default)
        self.server.letters.append(letter)
        if self.server.cuts:
            self.server.cuts -= 1
            self.request.shutdown(socket.SHUT_RDWR)
            return
        self.say("250 kept")

    def on_rset(self, _line):
        self.say("250 ok")

    def on_quit(self, _line):
        self.say("221 bye")


class Server(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine."""

    allow_reuse_address = True
    daemon_threads = False

    def __init__(self, tls=None, *, tls_from_start=False, port=0):
        super().__init__(("127.0.0.1", port), Conversation)
        self.tls, self.tls_from_start = tls, tls_from_start
        self.letters, self.recipients, self.logins = [], [], []
        self.cuts = 0  # how many letters are taken without an answer
        self.answer_to_mail = self.answer_to_rcpt = "250 ok"

    @property
    def port(self):
        return self.server_address[1]

    def handle_error(self, request, client_address):
        """A client that hangs up in the middle is what some tests are about."""


@contextmanager
def running(*arguments, **options):
    with Server(*arguments, **options) as server:
        thread = Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
