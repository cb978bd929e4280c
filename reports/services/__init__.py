"""Changes to decisions and reports: each function is one whole change."""
