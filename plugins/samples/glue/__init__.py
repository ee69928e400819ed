"""What samples adds when other plugins are installed."""
