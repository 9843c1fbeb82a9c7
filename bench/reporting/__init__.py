"""What report.py is made of: how measurements are read, judged, compared and shown."""
