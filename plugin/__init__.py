"""Door 2: the merchant, the shop's server and the staff."""
