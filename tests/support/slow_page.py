"""A page of our look with sections that take two seconds: run by Streamlit as a main script."""

import time

import streamlit as st

from neuronview.ui.start_page import style

SECONDS = 2.0

st.html(f"<style>{style()}</style>")
st.title("Slow")
turn = st.number_input("turn", 0, 9, 0)
if st.button("again"):
    time.sleep(SECONDS)
first, second = st.tabs(["First", "Second"], key="tab", on_change="rerun")
with first:
    st.markdown(f"old words {turn}", width="stretch")
if second.open:
    with second:
        time.sleep(SECONDS)
        st.markdown("second words")
with st.expander("Section", key="section", on_change="rerun") as panel:
    if panel.open:
        time.sleep(SECONDS)
        st.markdown("section words")
st.markdown("the end")
