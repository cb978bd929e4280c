"""What people type about files, checked."""
