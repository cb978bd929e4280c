"""How dates are written: Django reads the folder of the language."""
