"""The project as an installed app, so that whoever starts Django also has the Celery application."""

from __future__ import annotations

from django.apps import AppConfig

from config.celery import app


class ProductConfig(AppConfig):
    """Without the application as the default one, a task sent from the web or a command would go nowhere."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        app.set_default()
