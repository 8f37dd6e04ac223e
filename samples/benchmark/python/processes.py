"""Child processes of the benchmark; each is ended by its own id."""

import json
import os
import subprocess
import sys
import time


class Child:
    """A process whose standard error goes to a log file."""

    def __init__(self, name, command, logs, env=None, talk=False):
        self.name = name
        self.log_path = os.path.join(logs, name + ".log")
        self.log = open(self.log_path, "wb")
        self.process = subprocess.Popen(
            command,
            env={**os.environ, **(env or {})},
            stdin=subprocess.PIPE if talk else subprocess.DEVNULL,
            stdout=subprocess.PIPE if talk else self.log,
            stderr=self.log,
            text=talk,
        )

    def check(self):
        if self.process.poll() is not None:
            self.log.flush()
            with open(self.log_path, errors="replace") as log:
                sys.stderr.write("".join(log.readlines()[-40:]))
            raise SystemExit(f"{self.name} ended with {self.process.returncode}, see {self.log_path}")

    def resident_mib(self):
        """Resident memory of the process and all its descendants, shared pages counted in each."""
        total = 0
        for pid in self._family(self.process.pid):
            try:
                with open(f"/proc/{pid}/status") as status:
                    total += sum(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))
            except FileNotFoundError:
                pass
        return total / 1024

    def _family(self, pid):
        yield pid
        try:
            for thread in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{thread}/children") as children:
                    for child in children.read().split():
                        yield from self._family(int(child))
        except FileNotFoundError:
            pass

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()


class Client(Child):
    """Reads lines "<step> <count> <queue>" and answers each with one line of JSON."""

    def __init__(self, name, command, logs, env=None):
        super().__init__(name, command, logs, env, talk=True)
        self._answer("ready")

    def ask(self, step, count, queue):
        self.process.stdin.write(f"{step} {count} {queue}\n")
        self.process.stdin.flush()
        return json.loads(self._answer("{"))

    def _answer(self, prefix):
        while True:
            line = self.process.stdout.readline()
            if not line:
                self.process.wait()
                self.check()
                raise SystemExit(f"{self.name} closed its output, see {self.log_path}")
            if line.startswith(prefix):
                return line
            self.log.write(line.encode())


def wait_until(condition, what, seconds, *children):
    deadline = time.monotonic() + seconds
    while not condition():
        for child in children:
            child.check()
        if time.monotonic() > deadline:
            raise SystemExit(f"{what}: not within {seconds} s")
        time.sleep(0.02)
