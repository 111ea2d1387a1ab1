"""Read-only SQL over the dataset, with its tables explained beside it."""

import streamlit as st

from neuronview.ui import frame
from neuronview.ui import query_parts as parts

dataset = frame.begin("query")
name = frame.dataset_name()
left, right = st.columns([3, 2], gap="large")
with left:
    sql = parts.query()
with right:
    parts.documentation()
parts.answer(dataset, name, sql)
