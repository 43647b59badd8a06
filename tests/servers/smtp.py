"""A real SMTP server (aiosmtpd) that keeps what it is sent, and misbehaves where a recipient's name tells it to.

Usage: smtp.py FOLDER MODE      MODE: plain, starttls, tls, old (no 8BITMIME, no SMTPUTF8)

Prints its port. Messages go to FOLDER/NNN.eml, envelopes to FOLDER/NNN.json. Recipients:
  later@      451 at RCPT          refused@      550 at RCPT
  dot-451@    451 after the end    dot-550@      550 after the end
  data-drop@  hangs up at DATA     body-drop@    hangs up within the message
  dot-drop@   keeps the message and hangs up before saying so
  dot-wait@   keeps the message and takes a minute to say so
  later-once@ 451 at the first RCPT, 250 at the next
"""

import asyncio
import json
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, syntax

folder = pathlib.Path(sys.argv[1])
mode = sys.argv[2]
user, password = json.loads((folder / "login.json").read_text())
counter = 0
connections = 0
put_off = set()


def keep(envelope):
    global counter
    counter += 1
    (folder / f"{counter:03}.eml").write_bytes(envelope.original_content)
    (folder / f"{counter:03}.json").write_text(
        json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos, "options": envelope.mail_options,
                    "connections": connections})
    )


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("later@"):
            return f"451 4.7.1 <{address}> greylisted"
        if address.startswith("later-once@") and address not in put_off:
            put_off.add(address)
            return f"451 4.7.1 <{address}> greylisted"
        if address.startswith("refused@"):
            return f"550 5.1.1 <{address}> unknown"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        names = {address.split("@")[0] for address in envelope.rcpt_tos}
        if "dot-451" in names:
            return "451 4.3.0 try again"
        if "dot-550" in names:
            return "550 5.7.1 not wanted"
        keep(envelope)
        if "dot-drop" in names:
            server.transport.abort()
            return ""
        if "dot-wait" in names:
            await asyncio.sleep(60)
        return f"250 2.0.0 kept as {counter}"


class Server(SMTP):
    def connection_made(self, transport):
        global connections
        if self._original_transport is None:
            connections += 1
        super().connection_made(transport)

    async def smtp_DATA(self, arg):
        names = {address.split("@")[0] for address in self.envelope.rcpt_tos}
        if "data-drop" in names:
            self.transport.abort()
            return
        if "body-drop" in names:
            await self.push("354 go on")
            await self._reader.read(1000)
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class OldServer(Server):
    async def smtp_EHLO(self, hostname):
        await super().smtp_HELO(hostname)


def authenticate(server, session, envelope, mechanism, data):
    right = (data.login.decode(), data.password.decode()) == (user, password)
    return AuthResult(success=right, handled=right)


async def main():
    context = None
    if mode in ("starttls", "tls"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")

    def server():
        kind = OldServer if mode == "old" else Server
        return kind(
            Handler(),
            hostname="localhost",
            decode_data=False,
            enable_SMTPUTF8=mode != "old",
            data_size_limit=64 * 1024 * 1024,
            tls_context=context if mode == "starttls" else None,
            require_starttls=mode == "starttls",
            auth_required=mode in ("starttls", "tls"),
            auth_require_tls=mode == "starttls",
            authenticator=authenticate,
        )

    loop = asyncio.get_running_loop()
    listener = await loop.create_server(server, "127.0.0.1", 0, ssl=context if mode == "tls" else None)
    print(listener.sockets[0].getsockname()[1], flush=True)
    await listener.serve_forever()


asyncio.run(main())
