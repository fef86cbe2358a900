"""The routes of metadata."""

from apps.kernel.api.routing import routes
from apps.metadata.api.views import DefinitionViewSet, EnvironmentHeadsViewSet

urlpatterns = [*routes("definitions", DefinitionViewSet), *routes("environments", EnvironmentHeadsViewSet)]
