"""Installing: keys, allowed origins, the snippet, the self-check, and the first-run guide."""
