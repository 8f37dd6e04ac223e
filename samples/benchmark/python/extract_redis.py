"""Takes the redis-server for this machine out of the embedded-redis jar inside a Boot jar."""

import io
import os
import platform
import sys
import zipfile

boot_jar, target = sys.argv[1:]
machine = {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "amd64")
suffix = f"-{platform.system().lower()}-{machine}"
with zipfile.ZipFile(boot_jar) as boot:
    inner = next(name for name in boot.namelist() if name.startswith("BOOT-INF/lib/embedded-redis-"))
    with zipfile.ZipFile(io.BytesIO(boot.read(inner))) as jar:
        binary = next(name for name in jar.namelist() if name.startswith("redis-server") and name.endswith(suffix))
        data = jar.read(binary)
if os.path.exists(target):
    os.remove(target)
with open(target, "wb") as out:
    out.write(data)
os.chmod(target, 0o755)
