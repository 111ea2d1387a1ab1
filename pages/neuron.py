"""One neuron: its explanations, excerpts, distribution, and simulations against the real values."""

import streamlit as st

from neuronview.ui import (
    alike_parts,
    answer_parts,
    cached,
    connection_parts,
    dependence_parts,
    fetch_parts,
    frame,
    meaning_parts,
    neuron_parts,
    simulated_parts,
    state,
    wrong_values,
)
from neuronview.ui.ahead import neighbours_ahead, neighbours_there

dataset = frame.begin("neuron", with_heading=False)
name = frame.dataset_name()
identity = frame.require_neuron(dataset, default=lambda: frame.first_neuron(dataset, name))
record = fetch_parts.neuron_record(dataset, identity)
explanations = cached.explanations(dataset, identity)
state.remember_neuron(name, identity)

neuron_parts.header(dataset, identity)
answer_parts.answer(dataset, name, record, explanations)
more = neuron_parts.room_for_more(explanations)  # drawn last: what the neuron fires on is there first
fetch_parts.missing_files(dataset, name, record)

names = ["Excerpts", "Meanings", "Real against simulated", "Test a pattern", "Distribution", "What it depends on"]
names += ["Connections"]
wrong_values.tell_unknown("neuron_tab", names)
excerpts, meanings, simulated, pattern, distribution, depends, tied = st.tabs(
    names,
    key="neuron_tab",
    on_change="rerun",
    bind="query-params",
)
as_neighbours = False  # whether what is shown is what a neighbour's page shows first
if excerpts.open:
    with excerpts:
        as_neighbours = neuron_parts.excerpts(dataset, name, record)
if meanings.open:
    with meanings:
        meaning_parts.meanings(dataset, name, record, explanations)
if simulated.open:
    with simulated:
        simulated_parts.real_against_simulated(dataset, name, record, explanations)
if pattern.open:
    with pattern:
        simulated_parts.pattern_test(dataset, name, record, explanations)
if distribution.open:
    with distribution:
        neuron_parts.distribution(dataset, record.statistics)
if depends.open:
    with depends:
        dependence_parts.dependence_view(dataset, name, record)
if tied.open:
    with tied:
        connection_parts.connections(dataset, name, identity)
        alike_parts.neurons_like_it(dataset, name, identity)
with more:
    answer_parts.behind_the_answer(dataset, name, identity, explanations)
    neuron_parts.ways(dataset, name, record, explanations)
    answer_parts.other_explanations(explanations, name)
neighbours_there(dataset, name, identity, is_open=as_neighbours)
neighbours_ahead(dataset, name, identity)
