"""Who is on call, how each is reached, pages, and the rotas behind it."""
