"""A read-only JSON API beside the pages, at `/api/v1`: routes for the server that serves the app. No Streamlit."""

from neuronview.api.headers import Headers
from neuronview.api.serving import routes

__all__ = ["Headers", "routes"]
