"""The SQL of the claim functions: the only code that sees the queues of every tenant.

They belong to the dispatcher role, pin their search path, and return ids, tenants and fences only. A migration creates
them; a later one replaces them when they change.
"""

from collections.abc import Iterator

from apps.kernel.rls import APP_ROLE, DISPATCHER_ROLE

_CLAIM = """
create or replace function ec3l_claim_{queue}(batch int, lease interval)
returns table (id uuid, tenant_id uuid, fence bigint)
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with recursive tenants as (
        (select q.tenant_id from public.events_{queue} q
         where q.status = 'pending' and q.due_at <= clock_timestamp() order by q.tenant_id limit 1)
        union all
        select (select q.tenant_id from public.events_{queue} q
                where q.status = 'pending' and q.due_at <= clock_timestamp() and q.tenant_id > t.tenant_id
                order by q.tenant_id limit 1)
        from tenants t where t.tenant_id is not null
    ), share as (
        select greatest(1, ceil(batch::numeric / greatest(1, count(*))))::int as each
        from tenants where tenant_id is not null
    ), picked as materialized (
        select due.{key} as row_id from tenants t, share s, lateral (
            select q.{key} from public.events_{queue} q
            where q.tenant_id = t.tenant_id and q.status = 'pending' and q.due_at <= clock_timestamp()
              and (q.lease_until is null or q.lease_until < clock_timestamp()) and q.attempts < {attempts}
            order by q.due_at, q.{key} limit s.each for no key update skip locked
        ) due
        where t.tenant_id is not null limit batch
    )
    update public.events_{queue} q
    set attempts = q.attempts + 1, fence = q.fence + 1, lease_until = clock_timestamp() + lease
    from picked where q.{key} = picked.row_id
    returning q.{key}, q.tenant_id, q.fence
$$
"""

_CLAIM_ONE = """
create or replace function ec3l_claim_one_{queue}(wanted uuid, lease interval)
returns table (id uuid, tenant_id uuid, fence bigint)
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with picked as materialized (
        select q.{key} as row_id from public.events_{queue} q
        where q.{key} = wanted and q.status = 'pending' and q.due_at <= clock_timestamp()
          and (q.lease_until is null or q.lease_until < clock_timestamp()) and q.attempts < {attempts}
        for no key update skip locked
    )
    update public.events_{queue} q
    set attempts = q.attempts + 1, fence = q.fence + 1, lease_until = clock_timestamp() + lease
    from picked where q.{key} = picked.row_id
    returning q.{key}, q.tenant_id, q.fence
$$
"""

_QUARANTINE = """
create or replace function ec3l_quarantine_{queue}(most int)
returns table (id uuid, tenant_id uuid, fence bigint)
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update public.events_{queue} q
    set status = 'quarantined', finished_at = clock_timestamp(), lease_until = null,
        last_error = case when q.last_error = '' then 'The worker died during every attempt.' else q.last_error end
    where q.status = 'pending' and q.attempts >= most
      and (q.lease_until is null or q.lease_until < clock_timestamp())
    returning q.{key}, q.tenant_id, q.fence
$$
"""

_SIGNATURES = {
    "ec3l_claim_{queue}": "(int, interval)",
    "ec3l_claim_one_{queue}": "(uuid, interval)",
    "ec3l_quarantine_{queue}": "(int)",
}


def claim_functions(queue: str, *, key: str = "id", attempts: int = 3) -> Iterator[str]:
    """The statements that create the three functions of one queue and hand them to the dispatcher."""
    for template in (_CLAIM, _CLAIM_ONE, _QUARANTINE):
        yield template.format(queue=queue, key=key, attempts=attempts)
    for template, arguments in _SIGNATURES.items():
        function = template.format(queue=queue) + arguments
        yield f"alter function {function} owner to {DISPATCHER_ROLE}"
        yield f"revoke all on function {function} from public"
        yield f"grant execute on function {function} to {APP_ROLE}"
