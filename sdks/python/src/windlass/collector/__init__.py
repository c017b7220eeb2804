"""What is known: results of the hub, read from the result-collector."""
