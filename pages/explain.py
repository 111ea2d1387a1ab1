"""Explain, simulate and score neurons; the result stays on this computer."""

import streamlit as st

from neuronview.jobs.choices import uses_language_model
from neuronview.jobs.limits import limits_words
from neuronview.ui import cached, estimate_parts, explain_needs, frame, language_parts, run_parts
from neuronview.ui import explain_parts as parts
from neuronview.ui.panels import kept_open

dataset = frame.begin("explain")
name = frame.dataset_name()
if limits := limits_words(cached.settings()):
    st.caption(limits)
run = run_parts.chosen_run()
if run is not None:
    run_parts.watch(dataset, name, run)
with st.container() if run is None else kept_open("Start another run", "explain_another", icon=":material/add:"):
    fits = explain_needs.tell_needs(dataset, name)
    plan = parts.choose(dataset, name)
    if plan is not None and plan.explainer in explain_needs.FITTED and not fits:
        st.caption("Choose another explainer: this one cannot be fitted here, as is said above.")
    elif plan is not None and not uses_language_model(plan):
        st.caption(parts.estimate(dataset, plan))
        parts.start(plan)
    elif plan is not None and (asked := language_parts.models(dataset, plan)) is not None:
        whole = language_parts.simulation(*asked)
        if whole is not None:
            estimate_parts.estimate_then_run(dataset, whole)
run_parts.earlier_runs(watched=run)
