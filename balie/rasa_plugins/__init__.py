"""What plugs into Rasa besides the pipeline: topic importer, private channel, tracker store."""
