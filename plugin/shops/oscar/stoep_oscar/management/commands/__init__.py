"""Commands for manage.py, a file for each."""
