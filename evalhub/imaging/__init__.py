"""Read, check, shrink and strip pictures; plain Python and Pillow, no Django and no Celery."""
