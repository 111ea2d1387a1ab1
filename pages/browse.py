"""Every neuron with its explanation and score: filter, sort, page, export."""

import streamlit as st

from neuronview.ui import browse_filter as filtering
from neuronview.ui import browse_parts as parts
from neuronview.ui import frame

dataset = frame.begin("browse")
name = frame.dataset_name()
chosen = filtering.controls(dataset)
total = filtering.count(dataset, chosen)
if not total:
    st.info(filtering.what_to_relax(chosen), icon=":material/filter_alt:")
    filtering.reset()
    st.stop()
parts.histogram(dataset, chosen, total=total)
parts.table(dataset, name, chosen, total=total)
parts.downloads(dataset, chosen, total=total)
parts.explain_these(name)
