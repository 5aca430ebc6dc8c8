"""Every place that answers, and the same asked of several articles side by side."""
