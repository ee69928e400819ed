"""Price calculation: pure functions on Decimals, without database (DOMAIN §2.1-2.3)."""
