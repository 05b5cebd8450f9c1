"""The door for WSGI servers."""

import os

from django.core.wsgi import get_wsgi_application

from newsroom.encoding import utf_8_only

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
application = utf_8_only(get_wsgi_application())
