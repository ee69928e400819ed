"""Pages generated from declarations; `wiring` adds them to the app."""
