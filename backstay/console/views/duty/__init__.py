"""The duty manager's page: what is at risk, who is there, gaps, what nobody has, escalations, incidents."""
