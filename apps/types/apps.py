from django.apps import AppConfig


class TypesConfig(AppConfig):
    name = "apps.types"
    label = "types"
