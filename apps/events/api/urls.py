from apps.events.api.views import EventViewSet, JobViewSet, TelemetryViewSet
from apps.kernel.api.routing import routes

urlpatterns = [
    *routes("events", EventViewSet),
    *routes("admin", TelemetryViewSet),
    *routes("jobs", JobViewSet),
]
