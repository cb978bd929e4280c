"""Charts from plain values: accessible SVG, and beside each the table of its numbers. No models, no requests."""
