"""Numbered steps; each says what it follows. They import no tables of ours, because those move on."""
