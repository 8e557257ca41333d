"""Sentences: a rule's name and its facts, said in the reader's language. gettext and Babel, no Flask."""
