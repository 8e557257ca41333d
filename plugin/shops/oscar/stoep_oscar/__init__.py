"""Stoep in the checkout of django-oscar. It imports nothing of Stoep's own and talks to it by HTTP alone."""
