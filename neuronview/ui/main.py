"""The router, run by Streamlit for every request: registers the pages and runs the one asked for."""

import streamlit as st

from neuronview.ui import nav, quick

quick.spare_imported()
st.navigation(nav.sections(), position="sidebar").run()
