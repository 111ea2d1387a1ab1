"""Datasets and models on this computer: add, fetch, collect, verify, remove; where the open one's numbers come from."""

from neuronview.ui import cached, data_library, data_parts, data_verify, frame, task_parts

dataset, name = frame.begin_if_there("data")
public = cached.settings().public
if public:
    data_library.listed()
else:
    task_parts.watch()
    data_library.datasets(name if dataset is not None else None)
    data_parts.more()
if dataset is not None:
    data_parts.what_it_is(dataset, public=bool(public))
if dataset is not None and not public:
    data_verify.verify_panel(dataset, name)
    data_parts.files(dataset)
    data_parts.integrity(dataset)
    data_parts.own_results(dataset)
    data_parts.make_your_own(dataset)
