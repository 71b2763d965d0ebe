"""Pages: acknowledging one, and what the phone provider reports."""
