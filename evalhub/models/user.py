from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person; what one may do is held per project, in Membership."""

    def __str__(self) -> str:
        return self.get_full_name() or self.username
