"""What all fitted models share."""
