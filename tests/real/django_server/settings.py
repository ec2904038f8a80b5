"""The settings that django-scim2-server's documentation asks for, and no more. The caller names the database."""

import os

SECRET_KEY = "no session is ever signed with this"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
USE_TZ = True
ROOT_URLCONF = "tests.real.django_server.urls"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django_scim2_server"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["SCIM_DATABASE"]}}
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
SCIM2_SERVER_AUTH_CHECK = "tests.real.django_server.auth.bearer_token"
