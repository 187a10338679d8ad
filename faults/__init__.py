"""What happens to answers when something breaks: faults on purpose, and a count of what was lost."""
