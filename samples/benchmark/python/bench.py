"""Measures the Spring worker and client beside Celery's on one Redis. Started by ../run."""

import argparse
import os
import shutil
import socket
import statistics
import sys
import tempfile
import time

import celery
import redis

from processes import Child, Client, wait_until

HERE = os.path.dirname(os.path.abspath(__file__))
# Celery ends one chain of 1000 in this time; a JVM needs it to know what is hot.
CANVAS_WARM_UP_SECONDS = 20
CANVASES = {"chain": (10, 100, 1000), "group": (100, 1000, 10000), "chord": (100, 1000, 10000)}


def options():
    parser = argparse.ArgumentParser(prog="samples/benchmark/run", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each measurement; the median counts")
    parser.add_argument("--celery-tasks", type=int, default=6000, help="tasks per round on the Celery side")
    parser.add_argument("--spring-tasks", type=int, default=100000, help="tasks per round on the Spring side")
    parser.add_argument("--spring-sends", type=int, default=20000, help="single sends per round on the Spring side")
    parser.add_argument("--roundtrips", type=int, default=1000, help="round trips per side")
    parser.add_argument("--concurrency", type=int, default=2, help="processes of Celery, threads of Spring")
    parser.add_argument("--canvas", action="store_true", help="time workflows of growing size instead")
    parser.add_argument("--side", choices=["both", "celery", "spring"], default="both")
    parser.add_argument("--java-opts", default="-Xmx512m", help="options of both JVMs")
    parser.add_argument("--jar", required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


class Bench:
    def __init__(self, args, logs):
        self.args = args
        self.logs = logs
        self.children = []
        port = free_port()
        self.url = f"redis://127.0.0.1:{port}/0"
        self.env = {"BENCH_BROKER_URL": self.url, "PYTHONPATH": HERE}
        self.server = self.start(Child("redis", [
            os.environ["BENCH_REDIS_SERVER"], "--port", str(port), "--bind", "127.0.0.1",
            "--save", "", "--appendonly", "no", "--dir", logs], logs))
        self.redis = redis.Redis(port=port)
        wait_until(self.answers, "Redis", 10, self.server)

    def start(self, child):
        self.children.append(child)
        return child

    def close(self):
        for child in reversed(self.children):
            child.stop()

    def answers(self):
        try:
            return self.redis.ping()
        except redis.ConnectionError:
            return False

    def settle(self, worker, client, queue):
        """The first round trip: the worker is there."""
        client.ask("roundtrip", 1, queue)
        worker.check()

    def java(self, role):
        return ["java", *self.args.java_opts.split(), "-jar", self.args.jar, f"--bench.role={role}",
                f"--celery.broker-url={self.url}", f"--celery.worker-concurrency={self.args.concurrency}"]

    def drain(self, staged, queue, count, worker):
        """Seconds from the moment that the waiting worker sees a full queue until all is stored and acked.

        Each result is one new key, so the number of keys tells how many are stored.
        """
        assert self.redis.llen(staged) == count, (self.redis.llen(staged), count)
        base = self.redis.dbsize() - 1
        started = time.perf_counter()
        self.redis.rename(staged, queue)
        wait_until(lambda: self.redis.dbsize() >= base + count and not self.redis.exists(queue, "unacked"),
                   f"{worker.name}: {count} tasks", 180, worker)
        return time.perf_counter() - started

    def clean(self):
        cursor = None
        while cursor != 0:
            cursor, keys = self.redis.scan(cursor or 0, "celery-task-meta-*", 5000)
            if keys:
                self.redis.unlink(*keys)

    def measure(self, worker, client, queue, publish, counts, warm_up):
        """One side: {name: value}. `publish` lists the steps; the messages of the last are executed."""
        result = {name: [] for name in publish}
        result["worker"] = []
        for count in warm_up:
            client.ask(publish[-1], count, "bench-staged")
            self.drain("bench-staged", queue, count, worker)
            self.clean()
        for step in publish[:-1]:
            client.ask(step, counts[step], "bench-staged")
            self.redis.delete("bench-staged")
        for _ in range(self.args.rounds):
            for step in publish:
                seconds = client.ask(step, counts[step], "bench-staged")["seconds"]
                result[step].append(counts[step] / seconds)
                if step != publish[-1]:
                    self.redis.delete("bench-staged")
            seconds = self.drain("bench-staged", queue, counts[publish[-1]], worker)
            result["worker"].append(counts[publish[-1]] / seconds)
            self.clean()
        summary = {name: statistics.median(values) for name, values in result.items()}
        client.ask("roundtrip", max(200, self.args.roundtrips // 2), queue)
        millis = client.ask("roundtrip", self.args.roundtrips, queue)["millis"]
        summary["p50"], summary["p99"] = percentile(millis, 0.5), percentile(millis, 0.99)
        summary["memory"] = worker.resident_mib()
        self.redis.flushall()
        return summary

    def canvas(self, worker, client, queue):
        """One side: {(kind, size): milliseconds per member}."""
        begin = time.monotonic()
        while time.monotonic() - begin < CANVAS_WARM_UP_SECONDS:
            client.ask("chain", 1000, queue)
            client.ask("chord", 1000, queue)
            self.redis.flushall()
        result = {}
        for kind, sizes in CANVASES.items():
            for size in sizes:
                seconds = []
                for _ in range(self.args.rounds if size <= 1000 else 1):
                    seconds.append(client.ask(kind, size, queue)["seconds"])
                    self.redis.flushdb()
                result[kind, size] = statistics.median(seconds) * 1000 / size
        return result

    def celery(self, measure):
        queue = "bench-celery"
        # A plain delay() is measured without a worker: its messages are taken to the worker's queue at once.
        env = {**self.env, "BENCH_DEFAULT_QUEUE": queue if self.args.canvas else "bench-staged"}
        worker = self.start(Child("celery-worker", [
            sys.executable, "-m", "celery", "-A", "bench_tasks", "worker", "-P", "prefork",
            "-c", str(self.args.concurrency), "-Q", queue, "-l", "WARNING"], self.logs, env))
        client = self.start(Client("celery-client", [sys.executable, os.path.join(HERE, "celery_client.py")],
                                   self.logs, env))
        self.settle(worker, client, queue)
        result = measure(worker, client, queue)
        client.stop()
        worker.stop()
        return result

    def celery_throughput(self, worker, client, queue):
        count = self.args.celery_tasks
        return self.measure(worker, client, queue, ["delay"], {"delay": count}, [max(1000, count // 4)])

    def spring(self, measure):
        queue = "bench-spring"
        worker = self.start(Child("spring-worker", self.java("worker"), self.logs))
        client = self.start(Client("spring-client", self.java("client"), self.logs))
        self.settle(worker, client, queue)
        result = measure(worker, client, queue)
        client.stop()
        worker.stop()
        return result

    def spring_throughput(self, worker, client, queue):
        counts = {"send": self.args.spring_sends, "sendAll": self.args.spring_tasks}
        return self.measure(worker, client, queue, ["send", "sendAll"], counts, [counts["sendAll"] // 2] * 2)

    def bare(self):
        client = self.start(Client("redis-client", self.java("redis"), self.logs))
        count = self.args.spring_tasks
        for _ in range(2):
            push = client.ask("push", count, "bench-bare")["seconds"]
            drain = client.ask("drain", count, "bench-bare")["seconds"]
            self.redis.flushall()
        client.stop()
        return {"sendAll": count / push, "worker": count / drain}


def table(bench, args, python, spring, bare):
    def rate(side, name):
        return f"{side[name]:,.0f}" if name in side else "-"

    print(f"\nCelery {celery.__version__} (prefork, {args.concurrency} processes, acks early: its default)"
          f" | Spring ({args.concurrency} threads, acks late: its default, {args.java_opts})"
          f" | Redis {bench.redis.info('server')['redis_version']} on loopback,"
          f" {os.cpu_count()} processors for all; JSON, results stored; median of {args.rounds} rounds\n")
    rows = [
        ("no-op tasks executed/s, result stored", rate(python, "worker"), rate(spring, "worker"), rate(bare, "worker")),
        ("messages published/s, one by one", rate(python, "delay"), rate(spring, "send"), "-"),
        ("messages published/s, sendAll", "-", rate(spring, "sendAll"), rate(bare, "sendAll")),
        ("round trip p50, ms", *(f"{side['p50']:.2f}" if side else "-" for side in (python, spring)), "-"),
        ("round trip p99, ms", *(f"{side['p99']:.2f}" if side else "-" for side in (python, spring)), "-"),
        ("resident memory of the worker, MiB", rate(python, "memory"), rate(spring, "memory"), "-"),
    ]
    head = ("", "Celery", "Spring", "bare Redis, batches")
    for row in [head, *rows]:
        print(f"{row[0]:<40}{row[1]:>12}{row[2]:>12}{row[3]:>22}")


def canvas_table(args, python, spring):
    print(f"\nFrom the call that sends until the result is here, milliseconds per member: Celery {celery.__version__}"
          f" | Spring; {args.concurrency} slots each, median of {args.rounds} rounds, above 1000 of one\n")
    print(f"{'':<16}{'Celery':>12}{'Spring':>12}{'ratio':>10}")
    for kind, sizes in CANVASES.items():
        for size in sizes:
            cells = [side.get((kind, size)) for side in (python, spring)]
            ratio = f"{cells[0] / cells[1]:.1f}" if all(cells) else "-"
            print(f"{kind + ' of ' + str(size):<16}"
                  + "".join(f"{cell:>12.3f}" if cell else f"{'-':>12}" for cell in cells) + f"{ratio:>10}")


def main():
    args = options()
    logs = tempfile.mkdtemp(prefix="celery-bench-")
    bench = Bench(args, logs)
    done = False
    try:
        celery_measure, spring_measure = ((bench.canvas, bench.canvas) if args.canvas
                                          else (bench.celery_throughput, bench.spring_throughput))
        python = bench.celery(celery_measure) if args.side != "spring" else {}
        spring = bench.spring(spring_measure) if args.side != "celery" else {}
        if args.canvas:
            canvas_table(args, python, spring)
        else:
            table(bench, args, python, spring, bench.bare() if args.side != "celery" else {})
        done = True
    finally:
        bench.close()
        if done:
            shutil.rmtree(logs, ignore_errors=True)
    if python and spring and not args.canvas:
        print(f"\nratio worker={spring['worker'] / python['worker']:.1f}"
              f" publish={spring['send'] / python['delay']:.1f}"
              f" sendAll={spring['sendAll'] / python['delay']:.1f}"
              f" roundtrip={python['p50'] / spring['p50']:.1f}")


if __name__ == "__main__":
    main()
