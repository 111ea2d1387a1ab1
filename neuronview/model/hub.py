"""Whether the Hugging Face hub may be asked, and answers, before libraries try for half a minute."""

from __future__ import annotations

import os
import socket
from urllib.parse import urlsplit

from huggingface_hub import constants

from neuronview.errors import ModelError

__all__ = ["require_hub"]

PATIENCE = 5.0
"""Seconds in which the hub has to take a connection."""
PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


def require_hub(name: str) -> None:
    """Raise ModelError, saying why, when the hub cannot be asked for the model `name`, which is not on this machine."""
    missing = f"The model “{name}” is neither a folder here nor downloaded"
    if constants.is_offline_mode():
        raise ModelError(
            f"{missing}, and HF_HUB_OFFLINE forbids to fetch it. Unset it, set HF_HOME to where the model was "
            "downloaded, or give a folder."
        )
    address = urlsplit(constants.ENDPOINT)
    if any(os.environ.get(proxy) for proxy in PROXIES) or not address.hostname:
        return
    try:
        port = address.port or (80 if address.scheme == "http" else 443)
        socket.create_connection((address.hostname, port), timeout=PATIENCE).close()
    except OSError as error:
        raise ModelError(
            f"{missing}, and {address.hostname} cannot be reached ({error.strerror or error}). "
            "Check the network, or give a folder."
        ) from error
