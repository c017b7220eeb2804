"""Processors for Windlass: declare algorithms, and the hub runs them on the windows they are for."""

from .definition.algorithm import Algorithm, Retry, algorithm
from .definition.dependency import Dependency, Remote, children, members, parent, previous, remote, same
from .definition.processor import Processor
from .definition.result_type import (
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
    ConfigError,
    DefinitionError,
    NonRetryableError,
    RegistrationProblem,
    RegistrationRefused,
    WindlassError,
)
from .execution.context import Cancelled, Context, Input, Signal, Signals, SourceAttributes, Window, values
from .execution.emissions import BadEmission
from .local.run_local import LocalResult, run_local
from .local.task_for import task_for
from .version import VERSION

__version__ = VERSION

__all__ = [
    "Algorithm",
    "AlgorithmFailed",
    "BadEmission",
    "Binding",
    "Cancelled",
    "ConfigError",
    "Context",
    "DefinitionError",
    "Dependency",
    "Input",
    "LocalResult",
    "NonRetryableError",
    "Processor",
    "RegistrationProblem",
    "RegistrationRefused",
    "Remote",
    "ResultType",
    "Retry",
    "Signal",
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
    "nothing",
    "optional",
    "parent",
    "previous",
    "remote",
    "run_local",
    "same",
    "string",
    "struct",
    "task_for",
    "values",
]
