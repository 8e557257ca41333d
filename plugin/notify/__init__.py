"""How we tell people something, a file for each channel: one function that sends one message once and says how it went.

Beside the channels stand what they share: the outcome, and the signed post with its rules for where it may go."""
