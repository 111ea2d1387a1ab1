"""Two explanations or two neurons on the same excerpts, or two explainers over many neurons."""

from neuronview.ui import compare_parts as parts
from neuronview.ui import frame
from neuronview.ui.compare_many import many_mode
from neuronview.ui.compare_neurons import neurons_mode

dataset = frame.begin("compare")
name = frame.dataset_name()
chosen = parts.mode()
if chosen == parts.MODES[2]:
    many_mode(dataset, name)
elif chosen == parts.MODES[1]:
    neurons_mode(dataset, name, parts.neuron_choice(dataset, name))
else:
    parts.explanations_mode(dataset, name, parts.neuron_choice(dataset, name))
