"""What people type on the feedback floor."""
