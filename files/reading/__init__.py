"""The pages of a file: their text, and pictures of them. Pure: no Django, no settings; runs in a child with limits."""
