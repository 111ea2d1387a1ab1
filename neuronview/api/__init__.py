"""A read-only JSON API beside the pages, at `/api/v1`: routes for the server that serves the app. No Streamlit."""

from neuronview.api.headers import Headers
from neuronview.api.hosts import Hosts
from neuronview.api.mount import OneShape, routes
from neuronview.api.scripts import Scripts
from neuronview.api.start_page import StartPage
from neuronview.api.uploads import Uploads

__all__ = ["Headers", "Hosts", "OneShape", "Scripts", "StartPage", "Uploads", "routes"]
