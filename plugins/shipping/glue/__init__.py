"""What shipping adds when another plugin is installed."""
