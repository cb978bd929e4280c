"""What people type about assessments, checked."""
