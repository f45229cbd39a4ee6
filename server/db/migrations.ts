/**
 * The schema, as numbered steps that only add (C2). A published step never changes; a new need is a new step.
 * Times are ISO 8601 UTC text by the server's clock. `kind` is document, directory or routes.
 */
export type Migration = { readonly number: number; readonly name: string; readonly sql: string }

export const migrations: readonly Migration[] = [
  {
    number: 1,
    name: 'records',
    sql: `
      create table installation (id int primary key check (id = 1), log_id text not null, epoch text not null, created_at text not null);

      create table account (person text primary key, password_hash text not null, disabled boolean not null default false, created_at text not null);
      create table login_failure (account text not null, address text not null, failures int not null, not_before text not null, primary key (account, address));
      create table device (
        id text primary key, person text not null, name text not null, public_key text not null unique, certificate text not null,
        status text not null check (status in ('active', 'pending', 'revoked')), last_seq bigint not null default 0,
        enrolled_at text not null, revoked_at text
      );
      create index device_person on device (person);
      create table session (
        id bigint generated always as identity primary key, device text not null references device, person text not null,
        access_hash text not null unique, access_expires text not null, refresh_hash text not null unique, refresh_expires text not null,
        spent boolean not null default false, ended boolean not null default false
      );
      create index session_device on session (device);
      create table certificate (
        serial text primary key, purpose text not null, person text, device text, public_key text not null, der text not null,
        issued_at text not null, not_after text not null, revoked_at text
      );
      create index certificate_person on certificate (person, purpose, issued_at);

      create table aggregate (
        kind text not null, id text not null, version int not null, state jsonb not null, last_record text not null, primary key (kind, id)
      );
      create table command (
        id text primary key, device text not null, device_seq bigint not null, payload_hash text not null, type text not null,
        status text not null, result jsonb not null, body text not null, received_at text not null
      );
      create index command_device on command (device, device_seq);

      create sequence feed_seq;
      create table feed (
        person text not null, kind text not null, id text not null, removed boolean not null,
        xid xid8 not null default pg_current_xact_id(), seq bigint not null default nextval('feed_seq'), primary key (person, kind, id)
      );
      create index feed_order on feed (person, xid, seq);
      create index feed_record on feed (kind, id);

      create table log_state (id int primary key check (id = 1), size bigint not null, peaks bytea not null);
      insert into log_state values (1, 0, '');
      create table ledger_entry (
        log_index bigint primary key, kind text not null, id text not null, record_index int not null, type text not null, record text not null,
        unique (kind, id, record_index)
      );
      create table ledger_node (level int not null, index bigint not null, hash bytea not null, primary key (level, index));

      create table blob_ref (hash text not null, document text not null, via text not null, primary key (hash, document, via));
      create table blob_upload (hash text not null, person text not null, at text not null, primary key (hash, person));

      create table numbering (mark text not null, year int not null, last int not null, primary key (mark, year));
      create table archival_numbering (fonds text not null, year int not null, unit text not null, retention text not null, last int not null, primary key (fonds, year, unit, retention));
      create table composition (hash text primary key, pages int not null, layout_hash text not null, seal_place jsonb);
      create table seal_definition (id text primary key, organ text not null, name text not null, diameter_mm int not null);
      create table seal_application (
        document text not null, revision_hash text not null, purpose text not null, sealed_hash text not null, seal_name text not null,
        certificate text not null, command text not null, applied_at text not null, primary key (document, revision_hash, purpose)
      );

      create table job (
        id bigint generated always as identity primary key, kind text not null, key text not null, run_at text not null,
        attempts int not null default 0, claim text, reason text, unique (kind, key)
      );
      create index job_due on job (run_at);
      create table audit (
        id bigint generated always as identity primary key, at text not null, actor text not null, device text, address text, action text not null,
        target text not null, outcome text not null, detail text not null
      );
      create index audit_at on audit (at);
    `,
  },
  {
    number: 2,
    name: 'text below the star of a seal',
    sql: `alter table seal_definition add column bottom_text text not null default '';`,
  },
  {
    number: 3,
    name: 'seal register, OFD beside the PDF',
    sql: `
      alter table composition add column ofd_hash text;
      alter table seal_application add column sealed_ofd_hash text;
      alter table seal_definition
        add column control text not null default 'single' check (control in ('single', 'dual')),
        add column status text not null default 'active' check (status in ('active', 'suspended', 'revoked')),
        add column halted_by text, add column halted_reason text, add column halted_at text,
        add column pdf_key text not null default '', add column ofd_key text not null default '',
        add column seal text, add column pdf_certificate text, add column ofd_certificate text, add column maker_certificate text,
        add column created_at text, add column valid_from text, add column valid_to text;
      create table seal_use (
        id bigint generated always as identity primary key, seal text not null, at text not null,
        result text not null check (result in ('sealed', 'requested', 'refused')), detail text not null, document text not null, title text not null,
        number text not null, purpose text not null, clerk text not null, confirmed_by text, command text not null, final_hash text, ofd_hash text,
        sealed_hash text, sealed_ofd_hash text
      );
      create index seal_use_seal on seal_use (seal, id);
    `,
  },
  {
    number: 4,
    name: 'one seal for each issuing organ',
    // Takes the place of seal_application, whose key knows no organ; what stood there was the host's.
    sql: `
      create table organ_seal (
        document text not null, revision_hash text not null, purpose text not null, organ text not null, sealed_hash text not null, sealed_ofd_hash text,
        seal_name text not null, certificate text not null, command text not null, applied_at text not null, primary key (document, revision_hash, purpose, organ)
      );
      insert into organ_seal select a.document, a.revision_hash, a.purpose, coalesce(d.state->>'organId', ''), a.sealed_hash, a.sealed_ofd_hash,
        a.seal_name, a.certificate, a.command, a.applied_at from seal_application a left join aggregate d on d.kind = 'document' and d.id = a.document;
    `,
  },
  {
    number: 5,
    name: 'seal keys at the seal desk',
    sql: `alter table seal_definition add column desk_certificates jsonb;`,
  },
]
