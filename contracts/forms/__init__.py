"""What people write about a contract: one module per part of it."""
