"""Sending of signals to the hub."""
