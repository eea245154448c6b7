"""Balie: a Dutch/English billing help desk on Rasa Open Source."""
