"""How well letters are recognised on pages that are drawn from known text."""
