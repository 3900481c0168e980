"""Everything that can happen, one function per verb, one module per part of the procedure."""
