"""The demo: a story written as data in `story/`, told through the portal's own services."""
