"""Tags for templates, of this app's own and of a shop's."""
