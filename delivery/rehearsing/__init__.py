"""What an offer leaves out, and why: it reads what the offer was made from, and never decides anything itself."""
