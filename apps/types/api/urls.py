from apps.kernel.api.routing import routes
from apps.types.api.choice_lists import ChoiceListViewSet
from apps.types.api.graph import GraphViewSet
from apps.types.api.record_types import RecordTypeViewSet

urlpatterns = [
    *routes("record-types", RecordTypeViewSet),
    *routes("choice-lists", ChoiceListViewSet),
    *routes("admin/graph", GraphViewSet),
]
