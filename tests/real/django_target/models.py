"""The people and groups of the project: Django's own user with what django-scim2 asks for, and a group."""

# mypy: disable-error-code="import-not-found,misc"

from django.contrib.auth.models import AbstractUser
from django.db import models
from django_scim.models import AbstractSCIMGroupMixin, AbstractSCIMUserMixin


class Group(AbstractSCIMGroupMixin):
    """A group as django-scim2's adapter reads it: `name`, and `user_set` from the user's side."""

    name = models.CharField(max_length=254, unique=True)


class User(AbstractSCIMUserMixin, AbstractUser):
    """Django's user with a SCIM id; its memberships are the relation that the adapter calls `scim_groups`."""

    username = models.CharField(max_length=254, unique=True)
    scim_groups = models.ManyToManyField(Group, related_name="user_set")
