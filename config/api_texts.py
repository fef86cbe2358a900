"""What the description of the API says about the whole, and about each group of operations."""

DESCRIPTION = """Metadata under change control: propose, validate, approve, merge, revert.

Every request carries `Authorization: Bearer` with a token, and `x-tenant-id` with the slug of the tenant, but for
`GET /tenants`, which lists yours. `x-environment` names the environment; without it the project's default is meant.

Where to start: `POST /changes` opens a change, `POST /changes/{id}/patch-ops` stages an operation,
`POST /changes/{id}/execute` says what merging would do, `POST /changes/{id}/checkin` has it validated,
`POST /changes/{id}/approve` votes, `POST /changes/{id}/merge` merges.

Lists answer `items` and `next_cursor`. A refusal answers `error.code`, which is stable, a sentence in
`error.message`, and `error.details`. A POST can be sent again with the same `Idempotency-Key`.
"""

#: What the groups of operations are about: the first part of their paths.
TAGS = {
    "admin": "For the console and for operators: tenants, the graph of definitions, all that waits for a person.",
    "approvals": "The inbox: what waits for agreement, from whom, and why; votes.",
    "changes": "Changes: targets, operations, dry run, check-in, votes, conflicts, merge, revert, comments.",
    "choice-lists": "Choice lists as the environment runs them. Writing stages an operation in a change.",
    "decisions": "What the policies decided, from which inputs, by which rules.",
    "definitions": "Anything under change control: its revisions, its past, who set what.",
    "delegations": "Who stands in for whom among the approvers, and until when.",
    "environments": "Environments: what they run and ran, their differences, adopting a difference as a change.",
    "events": "The append-only log of the tenant.",
    "invitations": "People who were invited and have not joined yet.",
    "jobs": "Background work, and trying again what was quarantined.",
    "members": "Who belongs to the tenant.",
    "modules": "Modules of projects.",
    "notices": "What you were told.",
    "outbox": "Events on their way to subscribers, and delivering again what was quarantined.",
    "policies": "Policies and the rules in force; trying a decision.",
    "policy-versions": "Versions of policies: simulate, approve, put in force, end, roll back.",
    "principals": "People, agents and services.",
    "projects": "Projects with their environments and modules.",
    "rbac": "Roles, permissions, who holds them, and what the guard decided.",
    "record-types": "Record types as the environment runs them. Writing stages an operation in a change.",
    "teams": "Teams, whose agreement policies can ask for.",
    "tenants": "The tenants you are a member of.",
    "timers": "Clocks that wait for their time, and what became of them.",
    "tokens": "Tokens of your own, and of the agents and services you own.",
}
