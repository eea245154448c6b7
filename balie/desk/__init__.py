"""What people meet: the help page, conversations, tickets. Speaks to Rasa over HTTP only."""
