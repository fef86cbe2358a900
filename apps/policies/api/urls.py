from apps.kernel.api.routing import routes
from apps.policies.api.views import DecisionViewSet, PolicyVersionViewSet, PolicyViewSet

urlpatterns = [
    *routes("policies", PolicyViewSet),
    *routes("policy-versions", PolicyVersionViewSet),
    *routes("decisions", DecisionViewSet),
]
