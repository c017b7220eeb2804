"""Registers a processor, starts its workers, and consumes its window topic until it is stopped."""

from __future__ import annotations

import logging
import platform
import queue
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from ..config import Config, config_of
from ..definition.processor import Processor
from ..execution.answer import AnswerCodec, Identity
from ..kafka.control_listener import ControlListener
from ..kafka.publisher import Publisher
from ..kafka.task_source import TaskSource
from ..log import json_logger, told
from ..pool.inline_executor import InlineExecutor
from ..pool.messages import Answered, CannotRead, Hire, Progressed
from ..pool.worker_pool import WorkerPool
from ..result_collector import ResultCollector
from ..retrying import Stopped, retrying
from ..version import VERSION
from ..wire.schemas import Family
from .answers import Answers
from .health import State, serve_health
from .heartbeats import Heartbeats
from .hub import register
from .schema_registry import SchemaRegistry
from .task_loop import TaskLoop

#: How often limits and commits are looked at.
_TICK_S = 0.02
#: And while nothing runs; what comes is served at once.
_IDLE_TICK_S = 0.1
_LOOK_S = 1.0
#: How long the last heartbeat may take when stopping.
_LAST_WORDS_S = 2.0


class RunningProcessor:
    """A processor that runs. ``instance``: unique name of this process; ``revision``: the DAG revision that holds the processor."""

    def __init__(self, processor: Processor, config: Config, log: logging.Logger) -> None:
        self.instance = config.instance
        self.revision = 0
        self._config = config
        self._log = log
        self._state: State = "starting"
        self._stopping = threading.Event()
        self._stopped = threading.Event()
        self._posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._health = None
        if config.health_port is not None:
            self._health = serve_health(config.health_host, config.health_port, lambda: self._state)
            log.info("health is served", extra=told(port=self._health.server_port))
        try:
            self._begin(processor)
        except BaseException:
            self._end_health()
            raise

    def stop(self) -> None:
        """Finishes what runs, hands back what does not, leaves the group. Calling it again waits for the same."""
        self._stopping.set()
        self._stopped.wait()

    def wait(self) -> None:
        """Until it has stopped."""
        self._stopped.wait()

    def ask_to_stop(self) -> None:
        """For a signal handler: ``wait`` tells when it has."""
        self._stopping.set()

    def _post(self, action: Callable[[], None]) -> None:
        self._posted.put(action)

    def _begin(self, processor: Processor) -> None:
        config, log = self._config, self._log
        registered = register(processor, config, log, self._stopping)
        self.revision = registered.revision
        prefix = registered.kafka_prefix
        registry = SchemaRegistry(config.schema_registry_url)
        result_schema, heartbeat_schema = (
            self._id_of(registry, prefix, "results"),
            self._id_of(registry, prefix, "heartbeats"),
        )
        identity = Identity(processor.name, str(processor.version), config.instance)
        codec = AnswerCodec(identity, result_schema)
        results = ResultCollector(config.result_collector_url or registered.result_collector_url, config.token)
        self._executor = self._start_executor(processor, identity, codec, result_schema, results)
        self._publisher = Publisher(config, log, self._post)
        answers = Answers(
            self._publisher,
            codec,
            window_topic=registered.window_topic,
            result_topic=registered.result_topic,
            dead_letter_topic=f"{prefix}.dlq.v1",
            partitions=registered.partitions,
            log=log,
        )
        self._loop = TaskLoop(
            executor=self._executor, answers=answers, registry=registry, holder=config.client_id, log=log
        )
        group = f"{prefix}.{processor.name}"
        self._source = TaskSource(config, registered.window_topic, group, self._loop, self._post, log)
        self._loop.steer(self._source)
        self._control = ControlListener(
            config,
            f"{prefix}.control.v1",
            processor.name,
            registry,
            lambda control: self._post(lambda: self._loop.cancel(control)),
            log,
        )
        self._control.start()
        self._heartbeats = Heartbeats(
            self._publisher,
            topic=f"{prefix}.heartbeats.v1",
            schema_id=heartbeat_schema,
            identity=identity,
            algorithms=list(processor.by_ref),
            sdk=f"python {VERSION}",
            load=lambda: (self._loop.in_flight, self._loop.lag),
        )
        self._source.start()
        threading.Thread(target=self._run, name="windlass", daemon=True).start()
        self._state = "running"
        fields = told(
            revision=registered.revision,
            windowTopic=registered.window_topic,
            resultTopic=registered.result_topic,
            workers=config.workers,
            python=platform.python_version(),
        )
        log.info("the processor runs", extra=fields)

    def _id_of(self, registry: SchemaRegistry, prefix: str, family: Family) -> int:
        return retrying(
            lambda: registry.id_of(prefix, family),
            self._stopping,
            lambda error: self._log.warning("not ready, trying again: %s", error),
        )

    def _start_executor(
        self, processor: Processor, identity: Identity, codec: AnswerCodec, schema_id: int, results: ResultCollector
    ) -> WorkerPool | InlineExecutor:
        if self._config.workers == 0:
            return InlineExecutor(processor.by_ref, codec, results, self._log, self._post, self)
        hire = Hire(
            processor=processor.name,
            module=processor.module,
            version=identity.processor_version,
            instance=identity.instance,
            result_schema_id=schema_id,
            log_level=self._config.log_level,
            results=results,
            preload=("windlass.pool.worker_main", "__main__"),
        )
        pool = WorkerPool(self._config.workers, hire, codec, self._log, self._post, self)
        pool.start()
        # Nothing else reads what workers post yet.
        while not pool.first_ready.is_set():
            self._serve_posted(_TICK_S)
        pool.wait_ready()
        return pool

    def settled(self, outcome: Answered | CannotRead) -> None:
        self._loop.settled(outcome)

    def progressed(self, progress: Progressed) -> None:
        self._loop.progressed(progress)

    def freed(self) -> None:
        loop: Any = getattr(self, "_loop", None)
        if loop is not None:
            loop.freed()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._serve_posted(_IDLE_TICK_S if self._loop.is_idle else _TICK_S)
                self._tick()
            self._drain()
        finally:
            self._stopped.set()

    def _tick(self) -> None:
        self._executor.check_limits()
        self._loop.tick()
        self._heartbeats.tick()

    def _serve_posted(self, wait_s: float) -> None:
        """Waits for something; serves what is there, at most for one tick."""
        try:
            self._act(self._posted.get(timeout=wait_s))
            ends = time.monotonic() + _TICK_S
            while time.monotonic() < ends:
                self._act(self._posted.get_nowait())
        except queue.Empty:
            return

    def _act(self, action: Callable[[], None]) -> None:
        try:
            action()
        except Stopped:
            return
        except Exception:
            self._log.exception("a task could not be handled")

    def _drain(self) -> None:
        self._state = "draining"
        self._loop.drain()
        self._heartbeats.tell("DRAINING")
        deadline = time.monotonic() + self._config.drain_timeout_ms / 1_000
        while not self._loop.is_idle and time.monotonic() < deadline:
            self._serve_posted(_TICK_S)
            self._executor.check_limits()
            self._heartbeats.tick()
        self._publisher.flush(max(0.0, deadline - time.monotonic()))
        self._serve_all()
        self._source.stop(self._loop.handed_back())
        self._control.stop()
        self._heartbeats.tell("STOPPED")
        self._publisher.flush(_LAST_WORDS_S)
        self._publisher.close()
        self._executor.close()
        self._end_health()
        self._log.info("the processor has stopped")

    def _serve_all(self) -> None:
        while not self._posted.empty():
            self._act(self._posted.get())

    def _end_health(self) -> None:
        if self._health is not None:
            self._health.shutdown()
            self._health.server_close()


def start(processor: Processor, config: Config | None, log: logging.Logger | None) -> RunningProcessor:
    settings = config or config_of()
    logger = log or json_logger(settings.log_level, processor=processor.name, instance=settings.instance)
    return RunningProcessor(processor, settings, logger)


def run(processor: Processor, config: Config | None, log: logging.Logger | None) -> None:
    running = start(processor, config, log)
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: running.ask_to_stop())
    # A signal is seen at once where it interrupts a wait, elsewhere between two.
    while not running._stopped.wait(_LOOK_S):
        pass
