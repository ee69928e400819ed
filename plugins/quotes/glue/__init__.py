"""Parts of quotes that need another plugin."""
