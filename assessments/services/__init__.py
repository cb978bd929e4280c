"""Changes to assessments and to the standard: each function is one whole change."""
