"""What is asked of EC3L: its own settings, services and routes, and one more command that does next to nothing."""
