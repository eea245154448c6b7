"""One file a fix; `rasa_lean.startup.FIXES` says which of Rasa's modules each belongs to."""
