"""What an author declares: result types, window types, dependencies, algorithms, processors."""
