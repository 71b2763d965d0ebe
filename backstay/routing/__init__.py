"""Who gets a case: skills, shifts, presence, capacity, and rules as data."""
