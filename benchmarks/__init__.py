"""What is measured: `python -m benchmarks` prints the figures, README.md keeps the last ones."""
