"""Stand-ins for everything the demo starts besides its services; copied into a clone."""
