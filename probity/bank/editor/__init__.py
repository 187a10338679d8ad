"""The item editor: what fields a kind has, a form's values as a draft, a draft as an item."""
