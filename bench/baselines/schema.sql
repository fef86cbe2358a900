-- The identity tables of the baselines: one token, one person.
create table baseline.person (id uuid primary key, name text not null, is_active boolean not null);
create table baseline.token (key text primary key, person_id uuid not null references baseline.person (id));
alter table baseline.person owner to ec3l_app;
alter table baseline.token owner to ec3l_app;
insert into baseline.person values ('00000000-0000-4000-8000-000000000001', 'Baseline', true);
insert into baseline.token values ('baseline-token', '00000000-0000-4000-8000-000000000001');
