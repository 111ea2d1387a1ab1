"""Neuronpedia's files, version 1: JSON lines, gzipped, 1,024 indices a batch, features, activations and explanations.

`writing` makes them of a dataset, `reading` takes lines apart, `importing` makes a dataset of them.
"""
