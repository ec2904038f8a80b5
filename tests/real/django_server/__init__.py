"""A minimal Django project around django-scim2-server, as its documentation shows it: everything is its default."""
