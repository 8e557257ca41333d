"""One file per kind of fulfilment."""
