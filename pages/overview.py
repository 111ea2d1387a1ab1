"""What the dataset is, and which neurons to look at first."""

from neuronview.ui import frame
from neuronview.ui import overview_parts as parts

dataset = frame.begin("overview")
name = frame.dataset_name()
parts.facts(dataset)
parts.tour(dataset, name)
parts.ways_in(dataset, name)
parts.scores_by_layer(dataset)
parts.lists(dataset, name)
