"""The WSGI application of the web processes."""

from django.core.wsgi import get_wsgi_application

from config.env import select_settings

select_settings("config.settings.prod")
application = get_wsgi_application()
