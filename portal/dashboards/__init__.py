"""What is counted across departments, and the pages that show it."""
