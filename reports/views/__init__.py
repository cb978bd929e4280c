"""The pages of decisions and reports: each speaks, and decides nothing."""
