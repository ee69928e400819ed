"""Parts of credit that need another plugin."""
