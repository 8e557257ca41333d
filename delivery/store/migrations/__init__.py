"""How the tables came to be, step by step. A file in versions/ is never changed once it has been released."""
