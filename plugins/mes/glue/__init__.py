"""Parts of production that need another plugin."""
