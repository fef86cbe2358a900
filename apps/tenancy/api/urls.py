from apps.kernel.api.routing import routes
from apps.tenancy.api.people import (
    InvitationViewSet,
    MemberViewSet,
    PrincipalViewSet,
    TenantAdministrationViewSet,
    TenantViewSet,
    TokenViewSet,
)
from apps.tenancy.api.projects import EnvironmentViewSet, ModuleViewSet, ProjectViewSet
from apps.tenancy.api.teams import TeamViewSet

urlpatterns = [
    *routes("tenants", TenantViewSet),
    *routes("admin/tenants", TenantAdministrationViewSet),
    *routes("principals", PrincipalViewSet),
    *routes("members", MemberViewSet),
    *routes("invitations", InvitationViewSet),
    *routes("tokens", TokenViewSet),
    *routes("teams", TeamViewSet),
    *routes("projects", ProjectViewSet),
    *routes("environments", EnvironmentViewSet),
    *routes("modules", ModuleViewSet),
]
