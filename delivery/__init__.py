"""What we know about delivery. No Flask, no sockets, no clock, no environment."""
