"""A minimal Django project around django-scim2, as its documentation shows it: standard adapters, standard filters."""
