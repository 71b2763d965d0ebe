"""Who is on call, and paging them until somebody acknowledges. It knows no subject."""
