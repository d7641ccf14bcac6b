"""One visit to one URL: in the process that owns its site, after its robots.txt, at the turn of its host."""
