"""Door 1: the shopper's browser."""
