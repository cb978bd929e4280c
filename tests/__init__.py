"""The suite: mirrors the apps."""
