"""A small warehouse: it verifies what Stoep hands over, and lists what to send. None of Stoep's own code."""
