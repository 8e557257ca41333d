"""HTTP that both doors share. No rules."""
