"""The ASGI application, for servers that speak nothing else; the product itself runs on WSGI."""

from django.core.asgi import get_asgi_application

from config.env import select_settings

select_settings("config.settings.prod")
application = get_asgi_application()
