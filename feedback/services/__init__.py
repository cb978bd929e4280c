"""Whatever changes what patients say: files sent, read, imported and undone, places decided, remarks."""
