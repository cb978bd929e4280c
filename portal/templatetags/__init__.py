"""Template tags that every template has without loading them (see `builtins` in the settings)."""
