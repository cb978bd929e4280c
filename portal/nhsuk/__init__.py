"""Forms and small marks in NHS England's own markup: what the crispy template pack `nhsuk` is made of."""
