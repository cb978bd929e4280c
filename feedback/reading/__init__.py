"""Recognises and reads files of patients' and staff's feedback: no Django, no settings; runs in a limited child."""
