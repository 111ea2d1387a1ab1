"""The layout in which the GPT-2 neurons of 2023 were published: a file for each neuron and each kind of data.

`reading` takes one file apart, `source` finds and fetches files, `published` names the known sets, `importing` makes a
dataset of them.
"""
