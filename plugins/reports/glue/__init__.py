"""Parts of reports that need another plugin."""
