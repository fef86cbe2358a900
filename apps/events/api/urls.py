from apps.events.api.views import EventViewSet, JobViewSet, OutboxViewSet, TelemetryViewSet, TimerViewSet
from apps.kernel.api.routing import routes

urlpatterns = [
    *routes("events", EventViewSet),
    *routes("admin", TelemetryViewSet),
    *routes("jobs", JobViewSet),
    *routes("timers", TimerViewSet),
    *routes("outbox", OutboxViewSet),
]
