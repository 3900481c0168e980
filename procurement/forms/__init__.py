"""What people write: one module per part of the procedure."""
