"""Places that a visitor has no business with, and how they are spelt to get past a check."""

from urllib.parse import quote

__all__ = ["PLACES", "spellings"]

PLACES = (
    "/etc/passwd",
    "../../../../etc/passwd",
    "..\\..\\..\\windows\\win.ini",
    "....//....//etc/passwd",
    "..;/etc/passwd",
    "small/../../etc/passwd",
    "{data}/small",
    "~/.ssh/id_rsa",
    "/proc/self/environ",
    "/dev/zero",
    "file:///etc/passwd",
    "file://localhost/etc/passwd",
    "\\\\host\\share\\x",
    "//host/share/x",
    "\\\\?\\C:\\Windows",
    "C:\\Windows\\win.ini",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:169.254.169.254]/",
    "http://2852039166/",
    "http://metadata.google.internal/",
    "http://localhost:8501/",
    "http://127.0.0.1/",
    "http://127.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://017700000001/",
    "http://[::1]/",
    "http://localhost.localdomain/",
    "http://127.0.0.1.nip.io/",
    "http://user@127.0.0.1/",
    "http://①②⑦.⓪.⓪.①/",
    "gopher://127.0.0.1:25/",
    "s3://bucket/x",
    "hf://datasets/x",
    "data:text/html,<script>1</script>",
    "small\0",
    "small\0.json",
    "small\n",
    "a" * 5_000,
)


def spellings(place: str) -> list[str]:
    """A place as it may stand in the path of an address: encoded once, twice, partly, in overlong bytes."""
    once = quote(place, safe="")
    return list(
        dict.fromkeys(
            [
                once,
                quote(once, safe=""),
                once.replace("%2F", "%c0%af"),
                once.replace(".", "%2e"),
                once.replace("%2F", "%5C"),
                quote(place, safe="/").replace("//", "/%2F").lstrip("/") or once,
            ]
        )
    )
