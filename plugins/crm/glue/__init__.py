"""Parts of crm that need another plugin."""
