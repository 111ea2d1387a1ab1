"""Three dozen neurons to guess: look, say what it is, reveal what we say and how far it holds, then break it."""

from neuronview.ui import cached, frame, tour_break, tour_reveal
from neuronview.ui import tour_parts as parts

dataset = frame.begin("tour")
name = frame.dataset_name()
stops = parts.stops_here(dataset, name)
number, seen = parts.stop_number(stops), parts.revealed(name, stops)
stop = stops[number - 1]
record = frame.attempt(lambda: cached.neuron(dataset, stop.neuron))
parts.progress(stops, number, seen)
parts.steps(stops, number, where="above")
parts.look(name, record)
tour_reveal.guess(name, stops, number, is_revealed=number in seen)
if number in seen:
    tour_reveal.answer(dataset, name, stop, number, record)
    tour_break.break_it(dataset, name, stop, record, tour_reveal.explanation_of(dataset, stop))
    parts.steps(stops, number, where="below")
tour_break.way_on(name, stops, number, len(seen))
