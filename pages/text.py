"""Any text, token by token: the chosen neurons' values, and the neurons that fire most for it."""

import streamlit as st

from neuronview.errors import BadInput, ModelError
from neuronview.ui import cached, frame, text_parts
from neuronview.ui.live import what_fits

dataset = frame.begin("text")
name = frame.dataset_name()
place = frame.place()

text = text_parts.text_input(place)
try:
    model = cached.model(dataset)
except ModelError as error:
    text_parts.missing_model(error)
    st.stop()
try:
    reading = cached.reading(dataset, model, text)
except BadInput as error:
    text_parts.unusable(error, fitting=what_fits(model, text))
    st.stop()

neurons = text_parts.chosen_neurons(dataset, place, fallback=frame.first_neuron(dataset, name))
text_parts.heat_maps(dataset, name, reading, neurons)
text_parts.token_table(reading)
text_parts.ranking(dataset, name, reading, text)
