from apps.access.api.views import AccessViewSet, ConsoleViewSet, RoleViewSet
from apps.kernel.api.routing import routes

urlpatterns = [
    *routes("rbac/roles", RoleViewSet),
    *routes("rbac", AccessViewSet),
    *routes("admin", ConsoleViewSet),
]
