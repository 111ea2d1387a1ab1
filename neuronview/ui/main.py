"""The router, run by Streamlit for every request: registers the pages and runs the one asked for."""

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from neuronview.ui import downloads, forgetting, nav, problems, quick, visit, wrong_values
from neuronview.ui.page_turn import page_turn

# Pixels: narrower than Streamlit's own, so that a table's important columns fit beside it at 1280.
SIDEBAR_WIDTH = 230

# Streamlit runs it so; a process that is started anew by this one reads it under another name, and needs nothing of it.
if __name__ == "__main__":
    quick.spare_imported()
    quick.give_back()
    downloads.keep_downloads()
    wrong_values.leave_out_infinite()
    said = forgetting.said_before()
    st.set_page_config(layout="wide", initial_sidebar_state=SIDEBAR_WIDTH)  # before the menu, which would come wider
    page = st.navigation(nav.sections(), position="sidebar")
    visit.require_room()
    try:
        with page_turn():
            page.run()
    except StopException:
        problems.last_problem()
        raise
    problems.last_problem()
    forgetting.forget_gone_widgets(said)
