"""What after-sales adds where other plugins are there."""
