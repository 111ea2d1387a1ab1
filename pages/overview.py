"""What the dataset is, and which neurons to look at first."""

from neuronview.ui import frame, overview_density, overview_figures, overview_lists
from neuronview.ui import overview_parts as parts

dataset = frame.begin("overview")
name = frame.dataset_name()
parts.facts(dataset)
parts.ways_in(dataset, name)
parts.tour(dataset, name)
reading = overview_density.reading_choice(dataset)
if reading is not None:
    overview_density.density_map(dataset, name, reading)
    overview_figures.figures(dataset, reading)
    overview_lists.lists(dataset, name, reading.reader if reading.in_browse else None)
