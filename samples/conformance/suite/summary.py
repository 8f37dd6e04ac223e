"""Prints what did not pass, and as its last line the sums. Fails if a test failed or none ran."""

import json
import sys
from collections import Counter

with open(sys.argv[1]) as file:
    run = json.load(file)
tests = run["tests"]
count = Counter(test["outcome"] for test in tests.values())

print(f"\nCelery {run['celery']}, kombu {run['kombu']}, redis-py {run['redis-py']}, Python {run['python']},"
      f" {run['worker']} worker, {run['seconds']} s")
for name, test in tests.items():
    if test["outcome"] == "failed":
        print(f"FAILED {name}")
for name, test in tests.items():
    if test["outcome"] == "passed" and test["reruns"]:
        print(f"passed when run again ({test['reruns']}): {name}")
better = sum("unexpected" in test for test in tests.values())
print(f"Of the passed, {better} are expected by the suite to fail (strict xfail), and do with Celery's own worker.")
only = [test for test in tests.values() if test.get("reason", "").startswith("Skipped: Python only")]
print(f"Of the skipped, {len(only)} need a Python worker (python-only.txt).")
print(f"Of the skipped, {count['xfailed']} failed as the suite expects (xfail).")
print(f"{count['passed']} passed, {count['failed']} failed, {count['skipped'] + count['xfailed']} skipped")
sys.exit(1 if count["failed"] or not count["passed"] else 0)
