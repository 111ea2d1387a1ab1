"""Every error that NeuronView raises on purpose, in one tree.

    NeuronViewError
    ├── BadInput            something a person gave is not usable
    │   ├── BadLink         an address names what cannot be shown
    │   ├── BadPattern      an expression that cannot be run, or not in time
    │   └── BadQuery        SQL that may not be run, cannot be, or not in time
    ├── NotFound            a name or number that is not there (is a KeyError too)
    ├── DatasetError        a dataset's files are missing, damaged or of another form
    │   └── FormatError     a file from elsewhere does not hold what its kind of file must hold
    ├── ModelError          a model cannot be loaded, or cannot do what was asked
    ├── ScoringError        values that no score can be computed from
    ├── EndpointError       an endpoint failed or answered nonsense; another try may succeed
    │   ├── EndpointRefused no call to it can succeed: wrong key, no credit, unknown model
    │   │   └── MissingKey  no API key where one is needed
    │   ├── NotSupported    the endpoint or its model cannot do what was asked
    │   ├── RequestTooLong  the model does not read so much at once
    │   └── UnparsableAnswer the answer came, but does not hold what was asked for
    ├── BudgetReached       the cap on money or tokens that a person set
    ├── RecordsError        the cache of answers or the ledger of calls cannot be read or written
    ├── EngineError         workers are lost or cannot be reached; another try may succeed
    └── Cancelled           a person stopped the work

A message says what was wrong, what would be right and what to do next. The library raises these;
only the pages and the command line turn them into something to read.
"""

__all__ = [
    "BadInput",
    "BadLink",
    "BadPattern",
    "BadQuery",
    "BudgetReached",
    "Cancelled",
    "DatasetError",
    "EndpointError",
    "EndpointRefused",
    "EngineError",
    "FormatError",
    "MissingKey",
    "ModelError",
    "NeuronViewError",
    "NotFound",
    "NotSupported",
    "RecordsError",
    "RequestTooLong",
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


class BadQuery(BadInput):
    """SQL that a person wrote and that may not be run, cannot be, or takes too long or too much."""


class NotFound(NeuronViewError, KeyError):
    """A dataset, neuron, explainer or feature of that name is not there."""


class DatasetError(NeuronViewError):
    """A dataset's files are missing, damaged, or of a form that this version does not read."""


class FormatError(DatasetError):
    """A file from elsewhere does not hold what its kind of file must hold; the message is the reason in words."""


class ModelError(NeuronViewError):
    """A model cannot be loaded, or cannot do what was asked of it."""


class ScoringError(NeuronViewError, ValueError):
    """Values that no score can be computed from: too few records, or lengths that differ."""


class EndpointError(NeuronViewError):
    """An endpoint failed, or could not be reached, also after every retry that made sense."""


class EndpointRefused(EndpointError):
    """An endpoint refused in a way that meets every further call too: a run stops at once instead of failing on."""


class MissingKey(EndpointRefused):
    """No API key where the endpoint needs one."""


class NotSupported(EndpointError):
    """An endpoint or its model cannot do what was asked: another simulator may suit it."""


class RequestTooLong(EndpointError):
    """A request holds more tokens than the model reads at once; the same in parts may succeed."""


class UnparsableAnswer(EndpointError):
    """An answer came, but what was asked for is not in it."""


class BudgetReached(NeuronViewError):
    """The next call would go beyond the money or tokens that a person allowed. What is finished is kept."""


class EngineError(NeuronViewError):
    """Workers that a job needs are lost again and again, or cannot be reached."""


class RecordsError(NeuronViewError):
    """The cache of answers or the ledger of calls is damaged, or there is no room to write it."""


class Cancelled(NeuronViewError):
    """The person who started the work stopped it."""
