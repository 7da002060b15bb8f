//! The audit log.

use chrono::TimeDelta;
use domain::{
    Actor, Field,
    audit::{Action, By, ByKind, Difference, Entry, EntryFilter, Pen, Target, TargetKind},
    store::{Store, StoreError},
};
use uuid::Uuid;

use super::{
    database, execute,
    made::{add, find, noon, token},
};

fn entry(number: u32, name: &str) -> Entry {
    Entry {
        at: noon() + TimeDelta::seconds(number.into()),
        by: By {
            kind: ByKind::Key,
            name: "Gate".into(),
        },
        action: Action::Change,
        target: Target {
            kind: TargetKind::Token,
            uid: Some(Uuid::from_u128(number.into())),
            name: name.into(),
        },
        differences: vec![Difference {
            field: Field::Label,
            old: None,
            new: Some("\"ü\" 🎟".into()),
        }],
    }
}

async fn write(store: &dyn Store, entries: &[Entry]) {
    let unit = store.write().await.unwrap();
    unit.commit(entries).await.unwrap();
}

async fn all(store: &dyn Store, filter: &EntryFilter) -> Vec<Entry> {
    let mut rows = store.read().await.unwrap();
    let entries = rows.entries(filter, None, 100).await.unwrap();
    entries.into_iter().map(|(_, entry)| entry).collect()
}

#[tokio::test]
async fn every_field_of_an_entry_comes_back_as_it_went_in() {
    let store = database().await.open().await;
    let settings = Entry {
        by: By {
            kind: ByKind::Tessera,
            name: String::new(),
        },
        action: Action::Create,
        target: Target {
            kind: TargetKind::Settings,
            uid: None,
            name: String::new(),
        },
        differences: Vec::new(),
        ..entry(2, "")
    };
    let entries = [entry(1, "a"), settings];
    write(&*store, &entries).await;
    let mut newest_first = entries.to_vec();
    newest_first.reverse();
    assert_eq!(all(&*store, &EntryFilter::default()).await, newest_first);
}

#[tokio::test]
async fn entries_are_written_with_what_they_speak_of_or_not_at_all() {
    let store = database().await.open().await;
    let mut unit = store.write().await.unwrap();
    unit.insert_tokens(&[token(1)]).await.unwrap();
    drop(unit);
    assert_eq!(all(&*store, &EntryFilter::default()).await, []);
    let pen = Pen::of(&Actor::Operator, noon());
    let mut unit = store.write().await.unwrap();
    unit.insert_tokens(&[token(1)]).await.unwrap();
    unit.commit(&[pen.created(&token(1))]).await.unwrap();
    let entries = all(&*store, &EntryFilter::default()).await;
    assert_eq!(entries, [pen.created(&token(1))]);
    assert!(find(&*store, token(1).uid).await.is_some());
}

#[tokio::test]
async fn the_log_is_read_page_by_page_and_by_what_is_asked_for() {
    let store = database().await.open().await;
    add(&*store, &[]).await;
    let mut entries: Vec<Entry> = (1..=2500)
        .map(|n| entry(n, &format!("Wert {n}%")))
        .collect();
    entries[6].action = Action::Delete;
    entries[7].by.name = "Ada".into();
    entries[8].target.kind = TargetKind::Account;
    write(&*store, &entries).await;
    let mut rows = store.read().await.unwrap();
    let every = EntryFilter::default();
    let mut seen = Vec::new();
    let mut older_than = None;
    loop {
        let page = rows.entries(&every, older_than, 999).await.unwrap();
        let Some((number, _)) = page.last() else {
            break;
        };
        older_than = Some(*number);
        seen.extend(page.into_iter().map(|(_, entry)| entry));
    }
    seen.reverse();
    assert!(seen == entries);

    let one = |n: usize| vec![entries[n - 1].clone()];
    let filters = [
        (
            EntryFilter {
                action: Some(Action::Delete),
                ..EntryFilter::default()
            },
            one(7),
        ),
        (
            EntryFilter {
                by: "Ada".into(),
                ..EntryFilter::default()
            },
            one(8),
        ),
        (
            EntryFilter {
                target: Some(TargetKind::Account),
                ..EntryFilter::default()
            },
            one(9),
        ),
        (
            EntryFilter {
                search: "WERT 77%".into(),
                ..EntryFilter::default()
            },
            one(77),
        ),
        (
            EntryFilter {
                search: "nothing".into(),
                uid: Some(Uuid::from_u128(12)),
                ..EntryFilter::default()
            },
            one(12),
        ),
        (
            EntryFilter {
                since: Some(noon() + TimeDelta::seconds(5)),
                until: Some(noon() + TimeDelta::seconds(6)),
                ..EntryFilter::default()
            },
            one(5),
        ),
        (
            EntryFilter {
                search: "nul\0".into(),
                ..EntryFilter::default()
            },
            Vec::new(),
        ),
    ];
    for (n, (filter, expected)) in filters.into_iter().enumerate() {
        assert_eq!(all(&*store, &filter).await, expected, "{n}");
    }
}

#[tokio::test]
async fn an_entry_that_does_not_fit_is_an_error_with_its_place() {
    let database = database().await;
    let store = database.open().await;
    write(&*store, &[entry(1, "a")]).await;
    execute(&database, "update audit_entries set action = 'burn'").await;
    let mut rows = store.read().await.unwrap();
    let error = rows.entries(&EntryFilter::default(), None, 1).await;
    let StoreError::Failed(cause) = error.unwrap_err() else {
        panic!("another error")
    };
    assert_eq!(
        cause.to_string(),
        "inconsistent data: table audit_entries, column action, row 1"
    );
}
