"""Values of the types that a serializer of kombu keeps, for the tests of Java's serializers."""
import datetime
import decimal
import math
import uuid

UTC = datetime.timezone.utc
EAST = datetime.timezone(datetime.timedelta(hours=2))

PLAIN = {
    "none": None, "true": True, "false": False, "zero": 0, "negative": -33, "byte": 200, "short": -30000,
    "int": 70000, "long": -2 ** 40, "max": 2 ** 64 - 1, "float": 1.5, "tiny": 1e-7, "huge": 1e17, "text": "h\u00e9 \U0001f600",
    "empty": "", "lines": "a: b\n- c\n", "list": [1, [2, []], {}], "long text": "word " * 60,
    # What is text and looks like something else.
    "texts": ["1e3", "1", "0o17", "0x1f", "1_000", "1:30", "yes", "No", "on", "null", "~", "1.5", ".inf", "2026-01-02",
              "<<", "=", "- a", "#", "!x", "&a", "*a", " a ", "a: b", "'", "\"", "\t", "\x7f", "%a", "@a", "`a"],
}

YAML = {
    "date": datetime.date(2026, 1, 2), "naive": datetime.datetime(2026, 1, 2, 3, 4, 5, 678901),
    "aware": datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "east": datetime.datetime(2026, 1, 2, 3, 4, 5, 67, EAST),
    "bytes": bytes(range(256)), "set": {1}, "big": 2 ** 200, "infinity": -math.inf, "nan": math.nan, "keys": {1: 2, None: 3},
    "twice": [PLAIN["list"], PLAIN["list"]],
}

PICKLE = {
    "date": datetime.date(2026, 1, 2), "naive": datetime.datetime(2026, 1, 2, 3, 4, 5, 678901),
    "aware": datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "east": datetime.datetime(2026, 1, 2, 3, 4, 5, 67, EAST),
    "time": datetime.time(3, 4, 5, 678901), "aware time": datetime.time(3, 4, 5, tzinfo=EAST),
    "fold": datetime.datetime(2026, 10, 25, 2, 30, fold=1), "delta": datetime.timedelta(days=-1, seconds=5, microseconds=500000),
    "whole delta": datetime.timedelta(days=2), "bytes": bytes(range(256)), "no bytes": b"", "bytearray": bytearray(b"\xff\x00"),
    "tuple": (1, (2, 3), (), (1, 2, 3, 4)), "set": {1}, "frozenset": frozenset([2]), "decimal": decimal.Decimal("-1.10"),
    "uuid": uuid.UUID("12345678-1234-5678-1234-567812345678"), "uuids": [uuid.UUID(int=5)] * 2, "big": -2 ** 200,
    "infinity": -math.inf, "keys": {1: 2, None: 3, True: 4, 1.5: 5}, "twice": [PLAIN["list"], PLAIN["list"]],
    "many": list(range(1001)),
}

MSGPACK = {"bytes": bytes(range(256)), "no bytes": b"", "infinity": -math.inf, "min": -2 ** 63, "array": list(range(20)),
           "long": "x" * 300, "map": {str(i): i for i in range(20)}}


def value(kind):
    if kind == "msgpack":
        import msgpack
        return dict(PLAIN, **MSGPACK, t32=msgpack.Timestamp(1767323045, 0), t64=msgpack.Timestamp(1767323045, 678901000),
                    t96=msgpack.Timestamp(-1, 5000))
    return dict(PLAIN, **{"json": {}, "yaml": YAML, "pickle": PICKLE}[kind])
