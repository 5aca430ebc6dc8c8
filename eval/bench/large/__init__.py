"""How a library grows: what adding to it, opening it and asking it cost, and what is found."""
