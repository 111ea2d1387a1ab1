"""What the dataset is, and which neurons to look at first."""

from neuronview.ui import browse_filter, frame
from neuronview.ui import overview_parts as parts

dataset = frame.begin("overview")
name = frame.dataset_name()
parts.facts(dataset)
parts.tour(dataset, name)
parts.ways_in(dataset, name)
reader = browse_filter.reader_choice(dataset, key="overview_reader")
parts.scores_by_layer(dataset, reader)
parts.lists(dataset, name, reader)
