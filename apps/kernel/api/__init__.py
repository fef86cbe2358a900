"""Bases for REST edges. An app's ``api/`` declares what it offers; these answer.

Outputs are pydantic models (a DRF serializer works too); inputs are the commands' own models::

    # apps/changes/api/representations.py
    class ChangeOut(Output):
        id: UUID
        number: str = Field(examples=["CHG0000012"])
        title: str

    # apps/changes/api/views.py
    class ChangeViewSet(ScopedViewSet):
        \"\"\"A change groups operations and moves them into an environment.\"\"\"      # description in the schema

        queryset_from = queries.changes_visible_to           # f(actor) -> QuerySet, called in a scope transaction
        serializer_class = ChangeOut                         # detail_serializer_class for a richer detail
        ordering = ("-created_at", "id")                     # no null column; the last one unique
        filterset_class = ChangeFilters                      # a Filters subclass: every filter has a label
        number_field = "number"                              # /changes/CHG0000012 works too
        create_command = "change.create"                     # POST /changes
        commands = {
            "approve": "change.approve",                     # POST /changes/{id}/approve
            "targets": Write("change.declare_target", shows=TargetOut),
            "DELETE patch-ops/<str:operation_id>": Write(    # the operation is the target, change_id an input
                "change.delete_operation", target="operation_id", renames={"id": "change_id"}),
        }

        @reads("targets", TargetOut, many=True, ordering=("created_at", "id"))  # GET /changes/{id}/targets
        def targets(self, change):
            \"\"\"The targets of a change.\"\"\"
            return queries.targets_of(change)

    # apps/changes/api/urls.py
    urlpatterns = routes("changes", ChangeViewSet)

Further: ``collection_commands`` for ``POST /changes/<path>``, ``update_command`` (PATCH; ``Write(if_match=True)``
passes ``expected_version``), ``delete_command``, ``read_permission``, ``versioned`` (ETag), ``@reads(detail=False)``,
``@reads(query=Model)`` with ``self.query``, ``permission=`` on a read, ``present()`` and ``status_of()`` to shape the
answer of a write (list further statuses in ``Write.also``), ``present_many()`` for a page, ``tenant_required = False``
where no tenant is asked for. ``self.actor``, ``self.scope`` and ``self.at`` (the database's time) are there in every
method. Status, permission, agent rule, request schema and documentation of a write come from its command. A path
variable named ``..._id`` is a UUID. Representations live in the app's ``api/``; a value may be a row, a dataclass or a
``values()`` mapping.
"""
