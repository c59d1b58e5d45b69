"""Benchmarks: `make bench`. Each prints what it measured beside a baseline of the same run; none is a test."""
