"""The routes of changes."""

from apps.changes.api.environments import EnvironmentChangesViewSet
from apps.changes.api.views import ChangeViewSet, ProjectChangesViewSet
from apps.kernel.api.routing import routes

urlpatterns = [
    *routes("changes", ChangeViewSet),
    *routes("projects", ProjectChangesViewSet),
    *routes("environments", EnvironmentChangesViewSet),
]
