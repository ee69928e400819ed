"""Parts of finance that need another plugin."""
