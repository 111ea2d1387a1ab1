"""Where the numbers come from: model, corpus, files, and how to make your own."""

from neuronview.ui import data_parts as parts
from neuronview.ui import frame

dataset = frame.begin("data")
parts.what_it_is(dataset)
parts.files(dataset)
parts.integrity(dataset)
parts.own_results(dataset)
parts.other_datasets(frame.dataset_name())
parts.make_your_own(dataset)
