"""Find a Chromium for the browser tests, or install one: `python -m tests.support.chromium`.

One that is there, else Debian's packages when root, else Playwright's own download.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Path of a Chromium on this machine, or None; NEURONVIEW_CHROMIUM names one."""
    named = os.environ.get("NEURONVIEW_CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def own_download() -> str | None:
    """Path of Playwright's own Chromium when it was downloaded."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def install() -> None:
    """Install a Chromium in the way that this machine allows."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium", "fonts-dejavu"]):
            subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
        return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def main() -> None:
    """Make sure that a Chromium is there and say which."""
    if not (find() or own_download()):
        install()
    found = find() or own_download()
    if not found:
        sys.exit("No Chromium could be installed. Install one and name it in NEURONVIEW_CHROMIUM.")
    sys.stdout.write(f"Chromium for the browser tests: {found}\n")


if __name__ == "__main__":
    main()
