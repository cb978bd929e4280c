"""What people send: taken in, checked, read and pictured; the bytes themselves lie on the departments floor."""
