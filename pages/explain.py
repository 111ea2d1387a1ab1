"""Explain, simulate and score neurons; the result stays on this computer."""

import streamlit as st

from neuronview.ui import explain_parts as parts
from neuronview.ui import frame, run_parts

dataset = frame.begin("explain")
name = frame.dataset_name()
choice = parts.choose(dataset)
if choice is not None:
    st.caption(parts.estimate(dataset, choice))
    parts.start(name, choice)
run = run_parts.chosen_run()
if run is not None:
    run_parts.watch(dataset, name, run)
run_parts.earlier_runs(watched=run)
