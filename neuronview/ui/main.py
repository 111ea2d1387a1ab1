"""The router, run by Streamlit for every request: registers the pages and runs the one asked for."""

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from neuronview.ui import nav, problems, quick, visit

quick.spare_imported()
quick.give_back()
page = st.navigation(nav.sections(), position="sidebar")
visit.require_room()
try:
    page.run()
except StopException:
    problems.last_problem()
    raise
problems.last_problem()
