"""What holders show of their certificates: links, a public profile, badges for other systems."""
