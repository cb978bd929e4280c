"""What changes on the ground floor: organisations, people, e-mails."""
