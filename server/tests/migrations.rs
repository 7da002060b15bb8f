//! The migrations: the same in both engines, and each applied to tables with something in them.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "store/support/database.rs"]
mod database;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use database::Database;
use sqlx::{
    AssertSqlSafe, Connection as _, PgConnection, SqliteConnection,
    migrate::{Migrate, Migrator},
    sqlite::SqliteConnectOptions,
};

static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");
static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");

/// The columns of each table.
type Tables = BTreeMap<String, BTreeSet<String>>;

const POSTGRES_COLUMNS: &str = "
    select table_name::text, column_name::text
    from information_schema.columns
    where table_schema = 'public'";

const SQLITE_COLUMNS: &str = "
    select t.name, c.name
    from sqlite_schema as t
    join pragma_table_xinfo(t.name) as c
    where t.type = 'table'";

/// A row for each table, in the order in which they can be added. Times and uids read differently in the two engines.
fn samples(uid: &str, time: &str, hash: &str) -> Vec<(&'static str, String)> {
    vec![
        (
            "tokens",
            format!(
                "(uid, uses, used, lock, created, modified, version, value, label, search)
                 values ({uid}, 1, 0, 0, {time}, {time}, 0, 'a', 'b', 'a b')"
            ),
        ),
        (
            "usages",
            format!(
                "(token_uid, token_value, at, outcome, actor)
                 values ({uid}, 'a', {time}, 0, 'Ada')"
            ),
        ),
        (
            "accounts",
            format!(
                "(uid, name, name_key, role, password, created)
                 values ({uid}, 'Ada', 'ada', 'admin', 'hash', {time})"
            ),
        ),
        (
            "sessions",
            format!("(hash, account_uid, created, seen) values ({hash}, {uid}, {time}, {time})"),
        ),
        (
            "keys",
            format!(
                "(uid, name, name_key, hash, permissions, created)
                 values ({uid}, 'Gate', 'gate', {hash}, 'view', {time})"
            ),
        ),
        (
            "invitations",
            format!("(hash, role, expires) values ({hash}, 'admin', {time})"),
        ),
        (
            "settings",
            "(key, value) values ('site_timezone', 'UTC')".into(),
        ),
        (
            "memories",
            format!(
                "(actor, key, fingerprint, answer, at)
                 values ({uid}, 'k', {hash}, '\"changed\"', {time})"
            ),
        ),
        (
            "audit_entries",
            format!(
                "(at, by_kind, by_name, action, target_kind, target_name, differences, search)
                 values ({time}, 'account', 'Ada', 'create', 'token', 'A', '[]', 'a')"
            ),
        ),
        (
            "trashed_tokens",
            format!(
                "(uid, uses, used, lock, created, modified, version, value, label, search,
                  deleted, deleted_by, deletion)
                 values ({uid}, 1, 0, 0, {time}, {time}, 0, 'a', 'b', 'a b',
                  {time}, 'Ada', {uid})"
            ),
        ),
    ]
}

/// Applies one migration after the other, and puts a row into each table as soon as there is one. What the tables are
/// after each.
macro_rules! apply_one_by_one {
    ($migrator:expr, $connection:expr, $columns:expr, $samples:expr) => {{
        let connection = $connection;
        let mut steps: Vec<Tables> = Vec::new();
        let mut filled = BTreeSet::new();
        for migration in $migrator.iter() {
            $migrator
                .run_to(migration.version, &mut *connection)
                .await
                .unwrap();
            let rows: Vec<(String, String)> = sqlx::query_as($columns)
                .fetch_all(&mut *connection)
                .await
                .unwrap();
            let mut tables = Tables::new();
            for (table, column) in rows {
                // What only one engine needs is named so.
                if !table.starts_with('_') && !column.starts_with('_') {
                    tables.entry(table).or_default().insert(column);
                }
            }
            for (table, sample) in &$samples {
                if tables.contains_key(*table) && filled.insert(*table) {
                    let sql = AssertSqlSafe(format!("insert into {table} {sample}"));
                    sqlx::query(sql).execute(&mut *connection).await.unwrap();
                }
            }
            for table in tables.keys() {
                assert!(filled.contains(table.as_str()), "{table} has no sample row");
                let sql = AssertSqlSafe(format!("select count(*) from {table}"));
                let rows: i64 = sqlx::query_scalar(sql)
                    .fetch_one(&mut *connection)
                    .await
                    .unwrap();
                assert_eq!(rows, 1, "{table} after {}", migration.description);
            }
            steps.push(tables);
        }
        steps
    }};
}

async fn on_postgres() -> Vec<Tables> {
    let database = Database::postgres().await;
    let mut connection = PgConnection::connect(&database.address).await.unwrap();
    let samples = samples("'00000000-0000-0000-0000-000000000001'", "now()", r"'\x00'");
    apply_one_by_one!(POSTGRES, &mut connection, POSTGRES_COLUMNS, samples)
}

async fn on_sqlite() -> Vec<Tables> {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("tessera.db"))
        .create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    let samples = samples("x'01'", "1", "x'00'");
    apply_one_by_one!(SQLITE, &mut connection, SQLITE_COLUMNS, samples)
}

#[tokio::test]
async fn after_each_migration_both_engines_have_the_same_tables_with_the_same_columns() {
    let (postgres, sqlite) = tokio::join!(on_postgres(), on_sqlite());
    assert_eq!(postgres, sqlite);
    let tables: Vec<_> = postgres
        .last()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        tables,
        [
            "accounts",
            "audit_entries",
            "invitations",
            "keys",
            "memories",
            "sessions",
            "settings",
            "tokens",
            "trashed_tokens",
            "usages"
        ]
    );
}

#[tokio::test]
async fn migrations_that_were_applied_are_not_applied_again() {
    let database = Database::postgres().await;
    database.open().await;
    database.open().await;
    let mut connection = PgConnection::connect(&database.address).await.unwrap();
    let applied = connection
        .list_applied_migrations(&POSTGRES.table_name)
        .await
        .unwrap();
    assert_eq!(applied.len(), POSTGRES.iter().count());

    let database = Database::sqlite();
    database.open().await;
    let _kept = database.open().await;
    let mut connection = SqliteConnection::connect(&database.address).await.unwrap();
    let applied = connection
        .list_applied_migrations(&SQLITE.table_name)
        .await
        .unwrap();
    assert_eq!(applied.len(), SQLITE.iter().count());
}

#[test]
fn the_files_have_the_same_names() {
    let names = |engine: &str| -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("migrations")
            .join(engine);
        fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    assert_eq!(names("postgres"), names("sqlite"));
    for name in names("sqlite") {
        let (number, _) = name.split_once('_').unwrap();
        assert!(number.parse::<u32>().is_ok(), "{name}");
    }
}
