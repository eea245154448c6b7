"""What the assistant does in one turn: generic actions; a new topic never needs a new one."""
