"""`make bench`: how long answers take through the whole chain, by turn of the conversation."""
