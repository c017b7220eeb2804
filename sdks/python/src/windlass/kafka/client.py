"""The one place that makes Kafka clients."""

from __future__ import annotations

from typing import Any

from ..config import Config


def connection(config: Config) -> dict[str, Any]:
    """What every client needs. The group's members are known by ``client.id``."""
    settings: dict[str, Any] = {
        "bootstrap.servers": config.brokers,
        "client.id": config.client_id,
        "socket.nagle.disable": True,
        "socket.keepalive.enable": True,
        "reconnect.backoff.ms": 100,
        "reconnect.backoff.max.ms": 2_000,
        "log_level": 3,
    }
    if config.tls is not None:
        files = {
            "ssl.ca.location": config.tls.ca_file,
            "ssl.certificate.location": config.tls.cert_file,
            "ssl.key.location": config.tls.key_file,
        }
        settings.update({name: path for name, path in files.items() if path is not None})
    if config.sasl is not None:
        settings.update(
            {
                "sasl.mechanism": config.sasl.mechanism,
                "sasl.username": config.sasl.username,
                "sasl.password": config.sasl.password,
            }
        )
    protocol = ("SASL_" if config.sasl else "") + ("SSL" if config.tls else "PLAINTEXT")
    return {**settings, "security.protocol": protocol}
