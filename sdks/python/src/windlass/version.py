"""Told by heartbeats."""

VERSION = "0.1.0"
