"""Where a key could have gone: every file below some folders, and texts, in the forms that a key takes on its way."""

import base64
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, quote_plus

__all__ = ["KEY", "files_with", "forms", "texts_with"]

KEY = "sk-canary/9f4e+7b=1c20d8"
"""Characters of it change in an address."""


def forms(key: str = KEY) -> list[bytes]:
    """The key as it is, in addresses, JSON, Python, hexadecimal, backwards, and in base64 wherever it begins."""
    plain = key.encode()
    found = [plain, quote(key, safe="").encode(), quote_plus(key).encode(), key.replace("/", "\\/").encode()]
    found += [plain.hex().encode(), plain[::-1], key.encode("utf-16-le"), plain[4:20]]
    for start in range(3):
        encoded = base64.b64encode(b"x" * start + plain)
        found += [encoded[4 * bool(start) : -4], encoded.translate(bytes.maketrans(b"+/", b"-_"))[4 * bool(start) : -4]]
    return list(dict.fromkeys(found))


def files_with(*folders: Path, key: str = KEY) -> list[str]:
    """Files that hold the key in their names or bytes."""
    found = []
    for path in (path for folder in folders for path in folder.rglob("*")):
        content = str(path).encode() + (path.read_bytes() if path.is_file() else b"")
        found += [str(path)] if any(form in content for form in forms(key)) else []
    return found


def texts_with(texts: Iterable[str], *, key: str = KEY) -> list[str]:
    """Texts that hold the key, shortened."""
    return [text[:300] for text in texts if any(form in text.encode("utf-8", "replace") for form in forms(key))]
