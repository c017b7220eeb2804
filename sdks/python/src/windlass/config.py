"""Settings of a processor: the same environment variables in every language (docs/reference/processor-protocol.md)."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field

from .errors import ConfigError

_MECHANISMS = {"plain": "PLAIN", "scram-sha-256": "SCRAM-SHA-256", "scram-sha-512": "SCRAM-SHA-512"}
_LEVELS = ("debug", "info", "warn", "error")
_HOUR_MS = 3_600_000
#: Silence after which Kafka gives the tasks of this process to others.
SESSION_TIMEOUT_MS = 6_000


@dataclass(frozen=True)
class Tls:
    """Paths of PEM files."""

    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None


@dataclass(frozen=True)
class Sasl:
    mechanism: str
    username: str
    password: str


@dataclass(frozen=True)
class Config:
    """``workers``: processes; 0: algorithms run in this process, without the means to end a busy loop."""

    brokers: str
    schema_registry_url: str
    hub_url: str = "http://127.0.0.1:4100"
    #: Where results are that travel by reference; None: what the hub tells.
    result_collector_url: str | None = None
    token: str | None = None
    workers: int = 1
    log_level: str = "info"
    instance: str = ""
    session_timeout_ms: int = SESSION_TIMEOUT_MS
    drain_timeout_ms: int = 25_000
    health_port: int | None = None
    health_host: str = "127.0.0.1"
    tls: Tls | None = None
    sasl: Sasl | None = None
    #: Of the Kafka clients; new with each start, so that a process that died is told from the next of its name.
    client_id: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not self.client_id:
            object.__setattr__(self, "client_id", f"{self.instance}#{secrets.token_hex(4)}")


def config_of(env: Mapping[str, str] = os.environ) -> Config:
    """Raises ConfigError naming the variable."""
    given = {name: value for name, value in env.items() if value}
    collector = given.get("WINDLASS_RESULT_COLLECTOR_URL")
    health = given.get("WINDLASS_HEALTH_PORT")
    return Config(
        brokers=",".join(one.strip() for one in _required(given, "WINDLASS_KAFKA_BROKERS").split(",")),
        schema_registry_url=_required(given, "WINDLASS_SCHEMA_REGISTRY_URL").removesuffix("/"),
        hub_url=given.get("WINDLASS_HUB_URL", "http://127.0.0.1:4100").removesuffix("/"),
        result_collector_url=None if collector is None else collector.removesuffix("/"),
        token=given.get("WINDLASS_TOKEN"),
        workers=_number(given, "WINDLASS_WORKERS", max(1, (os.cpu_count() or 2) - 1), 0, 256),
        log_level=_one_of(given, "WINDLASS_LOG_LEVEL", _LEVELS, "info"),
        instance=given.get("WINDLASS_INSTANCE", f"{socket.gethostname()}-{secrets.token_hex(4)}"),
        session_timeout_ms=_number(given, "WINDLASS_SESSION_TIMEOUT_MS", SESSION_TIMEOUT_MS, 1_000, _HOUR_MS),
        drain_timeout_ms=_number(given, "WINDLASS_DRAIN_TIMEOUT_MS", 25_000, 0, _HOUR_MS),
        health_port=None if health is None else _number(given, "WINDLASS_HEALTH_PORT", 0, 0, 65_535),
        health_host=given.get("WINDLASS_HEALTH_HOST", "127.0.0.1"),
        tls=_tls(given),
        sasl=_sasl(given),
    )


def _required(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "").strip()
    if not value:
        raise ConfigError(f"{name} is not set")
    return value


def _one_of(env: Mapping[str, str], name: str, allowed: tuple[str, ...], fallback: str) -> str:
    value = env.get(name, fallback)
    if value not in allowed:
        raise ConfigError(f"{name} is {value!r}; possible are {', '.join(allowed)}")
    return value


def _number(env: Mapping[str, str], name: str, fallback: int, least: int, most: int) -> int:
    text = env.get(name)
    if text is None:
        return fallback
    if text.isascii() and text.isdigit() and least <= int(text) <= most:
        return int(text)
    raise ConfigError(f"{name} is {text!r}; possible are {least} to {most}")


def _tls(env: Mapping[str, str]) -> Tls | None:
    tls = Tls(
        _file(env, "WINDLASS_KAFKA_CA_FILE"),
        _file(env, "WINDLASS_KAFKA_CERT_FILE"),
        _file(env, "WINDLASS_KAFKA_KEY_FILE"),
    )
    return tls if env.get("WINDLASS_KAFKA_TLS") == "1" or tls.ca_file or tls.cert_file else None


def _sasl(env: Mapping[str, str]) -> Sasl | None:
    if "WINDLASS_KAFKA_SASL_MECHANISM" not in env:
        return None
    mechanism = _one_of(env, "WINDLASS_KAFKA_SASL_MECHANISM", tuple(_MECHANISMS), "")
    password_file = _file(env, "WINDLASS_KAFKA_PASSWORD_FILE")
    if password_file:
        with open(password_file, encoding="utf-8") as file:
            password = file.read().rstrip()
    else:
        password = _required(env, "WINDLASS_KAFKA_PASSWORD")
    return Sasl(_MECHANISMS[mechanism], _required(env, "WINDLASS_KAFKA_USERNAME"), password)


def _file(env: Mapping[str, str], name: str) -> str | None:
    path = env.get(name)
    if path is not None and not os.access(path, os.R_OK):
        raise ConfigError(f"{name}: cannot read {path}")
    return path
