"""Two explanations, or two neurons, side by side on the same excerpts."""

from neuronview.ui import compare_parts as parts
from neuronview.ui import frame
from neuronview.ui.compare_neurons import neurons_mode

dataset = frame.begin("compare")
name = frame.dataset_name()
chosen = parts.mode()
neuron = parts.neuron_choice(dataset, name)
if chosen == parts.MODES[0]:
    parts.explanations_mode(dataset, name, neuron)
else:
    neurons_mode(dataset, name, neuron)
