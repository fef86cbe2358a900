from apps.approvals.api.views import ApprovalViewSet, DelegationViewSet, NoticeViewSet, WaitingViewSet
from apps.kernel.api.routing import routes

urlpatterns = [
    *routes("approvals", ApprovalViewSet),
    *routes("delegations", DelegationViewSet),
    *routes("notices", NoticeViewSet),
    *routes("admin", WaitingViewSet),
]
