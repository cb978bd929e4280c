"""Recognises and reads files of patients' and staff's feedback: no Django, no settings; runs in a limited child."""

# What a child needs for the largest file that is read, with room to spare.
SECONDS, MEGABYTES = 90, 400
