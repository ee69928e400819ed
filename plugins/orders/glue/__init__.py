"""Parts of orders that need another plugin."""
