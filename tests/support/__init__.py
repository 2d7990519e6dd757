"""What tests stand on: a strict client, the swap of htmx, counted queries, and several people at once."""
