"""Any text, token by token: the chosen neurons' values, and the neurons that fire most for it."""

import streamlit as st

from neuronview.errors import BadInput, ModelError
from neuronview.ui import (
    cached,
    edit_parts,
    frame,
    text_apart,
    text_default,
    text_neurons,
    text_parts,
    text_pin,
    text_preview,
    text_ranking,
    text_strips,
    token_table,
    why_parts,
)

dataset = frame.begin("text")
name = frame.dataset_name()
place = frame.place()

text = text_parts.text_input(place)
try:
    model = cached.model(dataset)
except ModelError as error:
    text_parts.missing_model(dataset, error)
    st.stop()
text_preview.typing_preview(model, text_parts.TEXT, text)
pinned = text_pin.pinned_text(place, text)
text_pin.pin_controls(text, pinned, text_parts.use)
try:
    reading = cached.reading(dataset, model, text)
except BadInput as error:
    text_parts.unusable(error, model, text)
    st.stop()

known = text_ranking.known_of(dataset)
neurons = text_neurons.chosen_neurons(
    dataset, place, fallback=lambda: text_default.default_neuron(dataset, name, model, reading, known)
)
how = text_parts.reading_choice(model, reading)
other = text_parts.pinned_reading(dataset, model, pinned)
sides = text_strips.sides(other, reading, how)
text_strips.heat_maps(dataset, name, model, sides, neurons, known=known)
if other is not None:
    text_apart.neurons_apart(dataset, name, model, other, reading, known=known)
token_table.token_table(model, reading)
why_parts.why_this_token(dataset, name, model, reading)
edit_parts.edit_the_model(dataset, model, reading, neurons)
text_ranking.ranking(dataset, name, model, reading, neurons, known=known)
