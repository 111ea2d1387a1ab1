"""See neuronview.ui.nav for what this page shows."""

from neuronview.ui import frame

dataset = frame.begin("text")
