"""Every neuron with its explanation and score: filter, sort, page, export."""

import streamlit as st

from neuronview.ui import browse_parts as parts
from neuronview.ui import frame

dataset = frame.begin("browse")
name = frame.dataset_name()
chosen = parts.controls(dataset)
total = parts.count(dataset, chosen)
if not total:
    st.info(parts.what_to_relax(chosen), icon=":material/filter_alt:")
    parts.reset()
    st.stop()
parts.histogram(dataset, chosen, total=total)
parts.table(dataset, name, chosen, total=total)
parts.downloads(dataset, chosen, total=total)
parts.explain_these(name)
