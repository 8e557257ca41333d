"""Arithmetic: values in, values out. Nothing is stored, nothing is asked of the clock or the network."""
