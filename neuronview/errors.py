"""Every error that NeuronView raises on purpose, in one tree.

    NeuronViewError
    ├── BadInput            something a person gave is not usable
    │   ├── BadLink         an address names what cannot be shown
    │   └── BadPattern      an expression that cannot be run, or not in time
    ├── NotFound            a name or number that is not there (is a KeyError too)
    ├── DatasetError        a dataset's files are missing, damaged or of another form
    ├── ModelError          a model cannot be loaded, or cannot do what was asked
    ├── ScoringError        values that no score can be computed from
    ├── EndpointError       an endpoint refused, failed or answered nonsense
    │   ├── MissingKey      no API key where one is needed
    │   └── UnparsableAnswer the answer came, but does not hold what was asked for
    └── Cancelled           a person stopped the work

A message says what was wrong, what would be right and what to do next. The library raises these;
only the pages and the command line turn them into something to read.
"""

__all__ = [
    "BadInput",
    "BadLink",
    "BadPattern",
    "Cancelled",
    "DatasetError",
    "EndpointError",
    "MissingKey",
    "ModelError",
    "NeuronViewError",
    "NotFound",
    "ScoringError",
    "UnparsableAnswer",
]


class NeuronViewError(Exception):
    """Anything that NeuronView can explain to the person in front of it."""

    def __str__(self) -> str:
        return " ".join(str(argument) for argument in self.args)


class BadInput(NeuronViewError, ValueError):
    """Something that a person gave is not usable as it is."""


class BadLink(BadInput):
    """An address whose parameters name what cannot be shown."""


class BadPattern(BadInput):
    """A regular expression or word list that cannot be run, or not in time."""


class NotFound(NeuronViewError, KeyError):
    """A dataset, neuron, explainer or feature of that name is not there."""


class DatasetError(NeuronViewError):
    """A dataset's files are missing, damaged, or of a form that this version does not read."""


class ModelError(NeuronViewError):
    """A model cannot be loaded, or cannot do what was asked of it."""


class ScoringError(NeuronViewError, ValueError):
    """Values that no score can be computed from: too few records, or lengths that differ."""


class EndpointError(NeuronViewError):
    """An endpoint refused, failed, or could not be reached."""


class MissingKey(EndpointError):
    """No API key where the endpoint needs one."""


class UnparsableAnswer(EndpointError):
    """An answer came, but what was asked for is not in it."""


class Cancelled(NeuronViewError):
    """The person who started the work stopped it."""
