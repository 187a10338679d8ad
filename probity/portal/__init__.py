"""Pages made of several folders: home, language, gallery, development mail."""
