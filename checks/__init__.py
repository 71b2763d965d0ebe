"""What `make check` asks of the code beside linters, types and import contracts: `python -m checks --help`.

Django is set up here, before any check imports models; no database is asked for that.
"""

import os

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backstay.project.settings")
if not apps.ready:
    django.setup()
