"""The pages of assessments and their evidence: each speaks, and decides nothing."""
