"""Every neuron with its explanation and score: filter, sort, page, keep, export."""

import streamlit as st

from neuronview.ui import browse_charts, browse_chips, browse_views, frame, list_parts, search_parts
from neuronview.ui import browse_filter as filtering
from neuronview.ui import browse_parts as parts

dataset = frame.begin("browse")
name = frame.dataset_name()
parts.keep_starred(dataset)
chosen = search_parts.looked_in(dataset, filtering.controls(dataset))
with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
    browse_chips.chips(chosen)
    with st.popover("Saved views", icon=":material/bookmarks:", key="browse_saved"):
        browse_views.saved_views(dataset)
    with st.popover("Lists", icon=":material/star:", key="browse_lists"):
        list_parts.list_manager(dataset, chosen.listed)
total = filtering.count(dataset, chosen)
if not total:
    st.info(browse_chips.what_to_relax(chosen), icon=":material/filter_alt:")
    search_parts.elsewhere(dataset, chosen)
    filtering.reset()
    st.stop()
search_parts.best(dataset, name, chosen)
browse_charts.brushes(dataset, chosen)
parts.table(dataset, name, chosen, total=total)
parts.downloads(dataset, chosen, total=total)
parts.explain_these(name)
