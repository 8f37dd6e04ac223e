"""The task_received signals of a worker in another process.

The suite listens for these signals in its own process, where its own worker would send them. Here they are made of
what Redis says, through MONITOR, the worker has fetched: the entries that it writes into `unacked`.
"""

import json
import os
import re
import socket
import threading
import time
import uuid

import redis
from celery.result import AsyncResult, ResultSet
from celery.signals import task_received
from celery.worker.request import Request

ARGUMENT = re.compile(r'"((?:[^"\\]|\\.)*)"')
DELAY = 0.05


def unescape(text):
    return text.encode("ascii").decode("unicode_escape").encode("latin-1").decode("utf-8", "replace")


class Tap:
    """Sends the signals a little later, as a worker would, and at the latest when a result is returned."""

    def __init__(self, app):
        address = os.environ["REDIS_HOST"], int(os.environ["REDIS_PORT"])
        self.app = app
        self.channel = app.connection_for_read().default_channel
        self.redis = redis.Redis(*address)
        self.socket = socket.create_connection(address)
        self.arrived = threading.Condition()
        self.fetched = []
        self.markers = set()
        self.sending = threading.Lock()
        self.process = os.getpid()

    def start(self):
        self.socket.sendall(b"MONITOR\r\n")
        threading.Thread(target=self.read, daemon=True).start()
        threading.Thread(target=self.send_later, daemon=True).start()
        for kind in (AsyncResult, ResultSet):
            self.wrap(kind)
        self.sync()

    def wrap(self, kind):
        get = kind.get

        def synced(result, *args, **kwargs):
            try:
                return get(result, *args, **kwargs)
            finally:
                self.sync()

        kind.get = synced

    def read(self):
        for line in self.socket.makefile("r", encoding="ascii", errors="replace"):
            arguments = ARGUMENT.findall(line)
            command = arguments[0].lower() if arguments else ""
            with self.arrived:
                if command == "echo":
                    self.markers.add(arguments[1])
                elif command == "hset" and arguments[1] == "unacked":
                    self.fetched.extend((time.monotonic(), unescape(entry)) for entry in arguments[3::2])
                self.arrived.notify_all()

    def sync(self):
        """All that was fetched before now is sent when this returns."""
        if os.getpid() != self.process:
            return  # a producer that a test has forked
        marker = uuid.uuid4().hex
        self.redis.echo(marker)
        with self.arrived:
            assert self.arrived.wait_for(lambda: marker in self.markers, timeout=10)
            self.markers.discard(marker)
        self.send()

    def send_later(self):
        while True:
            with self.arrived:
                self.arrived.wait_for(lambda: self.fetched)
                due = self.fetched[0][0] + DELAY
            time.sleep(max(0, due - time.monotonic()))
            self.send()

    def send(self):
        with self.sending:
            with self.arrived:
                entries, self.fetched = self.fetched, []
            for _, entry in entries:
                message = self.channel.message_to_python(json.loads(entry)[0])
                task_received.send(sender=self, request=Request(message, app=self.app))
