"""Exams: blueprints, papers, attempts, the saving of answers, marking and results."""
