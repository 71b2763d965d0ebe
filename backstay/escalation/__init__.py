"""Ladders that a case climbs when nobody moves it, and the customer's own request."""
