"""How we tell people something, a file for each channel: one function that sends one message once and says how it went."""
