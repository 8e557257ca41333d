"""A shop that nobody here wrote, django-oscar with its own templates, and Stoep put into it by the app stoep-oscar alone."""
