"""Processors for Windlass: declare algorithms, and the hub runs them on the windows they are for."""

from .collector.results import results
from .definition.algorithm import Algorithm, Retry, algorithm
from .definition.dependency import Dependency, Remote, children, members, parent, previous, remote, same
from .definition.processor import Processor
from .definition.result_type import (
    Doubles,
    ResultType,
    avro,
    binary,
    boolean,
    double,
    doubles,
    items,
    long,
    nothing,
    optional,
    string,
    struct,
)
from .definition.window_type import Binding, WindowType
from .errors import (
    AlgorithmFailed,
    BadTime,
    ConfigError,
    DefinitionError,
    MissingExtra,
    NonRetryableError,
    RegistrationProblem,
    RegistrationRefused,
    ResultsError,
    WindlassError,
)
from .execution.context import Cancelled, Context, Input, Signal, Signals, SourceAttributes, Window, values
from .execution.emissions import BadEmission
from .local.run_local import LocalResult, run_local
from .local.task_for import task_for
from .moment import Moment, micros
from .signals.signal_publisher import SignalBufferFull, SignalPublisher, SignalPublisherClosed, signal_publisher
from .signals.signal_record import NewSignal, SignalRefused
from .version import VERSION

__version__ = VERSION

__all__ = [
    "Algorithm",
    "AlgorithmFailed",
    "BadEmission",
    "BadTime",
    "Binding",
    "Cancelled",
    "ConfigError",
    "Context",
    "DefinitionError",
    "Dependency",
    "Doubles",
    "Input",
    "LocalResult",
    "MissingExtra",
    "Moment",
    "NewSignal",
    "NonRetryableError",
    "Processor",
    "RegistrationProblem",
    "RegistrationRefused",
    "Remote",
    "ResultType",
    "ResultsError",
    "Retry",
    "Signal",
    "SignalBufferFull",
    "SignalPublisher",
    "SignalPublisherClosed",
    "SignalRefused",
    "Signals",
    "SourceAttributes",
    "WindlassError",
    "Window",
    "WindowType",
    "algorithm",
    "avro",
    "binary",
    "boolean",
    "children",
    "double",
    "doubles",
    "items",
    "long",
    "members",
    "micros",
    "nothing",
    "optional",
    "parent",
    "previous",
    "remote",
    "results",
    "run_local",
    "same",
    "signal_publisher",
    "string",
    "struct",
    "task_for",
    "values",
]
