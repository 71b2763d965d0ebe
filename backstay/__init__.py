"""Backstay: a vendor's whole support service in one product."""
