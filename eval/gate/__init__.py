"""What must hold of a result, and what it is compared with."""
