"""Parts of the inbox that need another plugin."""
