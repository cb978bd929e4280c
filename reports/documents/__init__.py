"""Facts turned into documents. WeasyPrint is imported below here and nowhere else."""
