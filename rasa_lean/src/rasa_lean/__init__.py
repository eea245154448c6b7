"""Rasa Open Source 3.6.21 on today's Python, without TensorFlow.

`rasa_lean.startup` runs when the interpreter starts and registers the fixes; each fix is one file
in `rasa_lean.fixes` and is loaded only when Rasa imports the module that the fix is about.
"""
