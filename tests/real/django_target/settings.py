"""The settings that django-scim2's documentation asks for, and no more. The database is a file named by the caller."""

import os

SECRET_KEY = "no session is ever signed with this"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
USE_TZ = True
ROOT_URLCONF = "tests.real.django_target.urls"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django_scim", "tests.real.django_target"]
AUTH_USER_MODEL = "django_target.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["SCIM_DATABASE"]}}

# Tables are made from the models of the day: the project has no history to migrate.
MIGRATION_MODULES = {"auth": None, "contenttypes": None, "django_target": None}

MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",
    "tests.real.django_target.middleware.bearer_token",
    "django_scim.middleware.SCIMAuthCheckMiddleware",
]

SCIM_SERVICE_PROVIDER = {
    "NETLOC": f"127.0.0.1:{os.environ['SCIM_PORT']}",
    "SCHEME": "http",
    "GROUP_MODEL": "tests.real.django_target.models.Group",
    "WWW_AUTHENTICATE_HEADER": 'Bearer realm="django-scim2"',
    "AUTHENTICATION_SCHEMES": [
        {"type": "oauthbearertoken", "name": "Bearer token", "description": "A token in the Authorization header"},
    ],
}
