"""The ground floor: organisations, people, who may do what, what patients say."""
