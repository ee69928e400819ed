"""Prepare a checkout for `make run` or `make test`; only what changed is done again.

Usage: python3 tools/prepare.py run|test

Makes .venv, installs the locked packages, builds assets and message catalogs; for tests also the
browser where this is possible. Any Python 3 may start it; the rest needs 3.11 or newer.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = VENV / ".stamps"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
OLDEST = (3, 11)
SYSTEM_PACKAGES = {"chromium": "chromium", "pdftoppm": "poppler-utils"}


def say(text):
    """A line that a person sees at once."""
    print(f"\033[1m» {text}\033[0m" if sys.stdout.isatty() else f"» {text}", flush=True)


def fail(text):
    """End with a sentence that says what is wrong and what to do."""
    sys.exit(f"prepare: {text}")


def run(*command):
    """Run a command with its output visible; end with its name if it fails."""
    if subprocess.call([str(part) for part in command], cwd=str(ROOT)):
        fail(f"this step failed: {' '.join(str(part) for part in command)}")


def fitting_python():
    """A Python of the right age: this one, or a newer one on the path."""
    if sys.version_info[:2] >= OLDEST:
        return sys.executable
    for minor in (14, 13, 12, 11):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    return fail(
        f"Python 3.11 or newer is needed, this is {platform.python_version()}. Debian, "
        "Ubuntu: apt-get install python3 python3-venv; macOS: brew install python."
    )


def digest(*names):
    """One hash over files of the checkout."""
    found = hashlib.sha256()
    for name in names:
        found.update((ROOT / name).read_bytes())
    return found.hexdigest()


def stamped(name, wanted):
    """Whether this step was done with exactly these inputs."""
    path = STAMPS / name
    return path.is_file() and path.read_text() == wanted


def stamp(name, wanted):
    """Remember that the step is done."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(wanted)


def make_venv():
    """The virtual environment .venv."""
    if PYTHON.exists():
        return
    say("making the virtual environment .venv")
    if subprocess.call([fitting_python(), "-m", "venv", str(VENV)]):
        fail("no virtual environment could be made. Debian, Ubuntu: apt-get install python3-venv")


def install(lock):
    """The packages of requirements/<lock>.txt, each checked against its hash."""
    name = f"requirements/{lock}.txt"
    wanted = digest(name)
    if stamped(lock, wanted):
        return
    say(f"installing the packages of {name} (a minute the first time)")
    pip = (PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input")
    run(*pip, "--require-hashes", "--prefer-binary", "-r", name)
    stamp(lock, wanted)


def install_self():
    """The command `tradewind` and the entry points of the bundled plugins."""
    wanted = digest("setup.cfg", "pyproject.toml")
    if stamped("self", wanted):
        return
    say("installing tradewind into .venv")
    run(PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--no-deps",
        "--editable", ".")
    stamp("self", wanted)


def install_system_packages():
    """The browser and the fonts of the tests: from Debian's packages, as root only."""
    missing = [package for tool, package in SYSTEM_PACKAGES.items() if not shutil.which(tool)]
    if "chromium" in missing and any(map(shutil.which, ("google-chrome", "chromium-browser"))):
        missing.remove("chromium")
    if not missing:
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        packages = [*missing, "fonts-noto-cjk"]
        say(f"installing {' '.join(packages)}")
        run("apt-get", "update", "-qq")
        run("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq",
            "--no-install-recommends", *packages)
        return
    say(f"not installed: {', '.join(missing)}. Tests that need them are skipped and listed.")


def main():
    """Do every step that is not done yet."""
    what = sys.argv[1] if len(sys.argv) > 1 else ""
    if what not in ("run", "test"):
        sys.exit(__doc__)
    begun = time.time()
    make_venv()
    install("base")
    if what == "test":
        install("test")
        install_system_packages()
    install_self()
    run(PYTHON, "tools/frontend.py", "--if-changed")
    run(PYTHON, "tools/catalogs.py", "compile")
    say(f"prepared in {time.time() - begun:.0f} s")


if __name__ == "__main__":
    main()
