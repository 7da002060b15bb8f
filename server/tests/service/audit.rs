//! Each change has its entry in the audit log.

use chrono::NaiveDate;
use domain::{
    Actor, Error, Permission, Uses,
    account::{AccountName, Password, Role},
    audit::{Action, ByKind, TargetKind},
    service::{AccountChange, EntryQuery, Expiry, NewAccount, NewKey},
    settings::{Preset, SettingKey},
    token::{Change, Draft, Value, When, WindowChange},
    view::{EntryView, Told},
};

use crate::host::TestHost;

const OPERATOR: Actor = Actor::Operator;

async fn log(host: &TestHost) -> Vec<EntryView> {
    let query = EntryQuery::default();
    host.service
        .entries(&OPERATOR, &query)
        .await
        .unwrap()
        .entries
}

async fn newest(host: &TestHost) -> EntryView {
    log(host).await.into_iter().next().unwrap()
}

/// Field, old, new of each difference.
fn told(entry: &EntryView) -> Vec<String> {
    let told = |told: &Option<Told>| match told {
        None => "-".to_owned(),
        Some(Told::Text(text)) => text.clone(),
        Some(Told::At(moment)) => moment.local.to_string(),
    };
    let line = |difference: &domain::view::DifferenceView| {
        let (old, new) = (told(&difference.old), told(&difference.new));
        format!("{:?}: {old} > {new}", difference.field)
    };
    entry.differences.iter().map(line).collect()
}

#[tokio::test]
async fn changes_of_tokens_are_told_with_old_and_new() {
    let host = TestHost::new().await;
    let service = &host.service;
    let draft = Draft {
        value: Some(Value::parse("a").unwrap()),
        uses: Some(Uses::Left(1)),
        ..Draft::default()
    };
    let token = service.add_token(&OPERATOR, draft).await.unwrap();
    let made = newest(&host).await;
    assert_eq!(
        (made.action, made.target.kind, made.target.uid),
        (Action::Create, TargetKind::Token, Some(token.uid))
    );
    assert_eq!(told(&made), ["Value: - > a", "Uses: - > 1", "Lock: - > 0"]);
    assert_eq!(made.by.kind, ByKind::CommandLine);

    let ada = Actor::Account {
        uid: uuid::Uuid::nil(),
        name: "Ada".into(),
        role: Role::Manager,
    };
    let change = Change {
        uses: Some(Uses::Unlimited),
        window: WindowChange::Preset(Preset::Today),
        ..Change::default()
    };
    service
        .change_token(&ada, token.uid, change, None)
        .await
        .unwrap();
    let changed = newest(&host).await;
    assert_eq!((changed.action, &*changed.by.name), (Action::Change, "Ada"));
    assert_eq!(
        told(&changed),
        [
            "ValidFrom: - > 2026-11-02 08:00:00",
            "ValidTo: - > 2026-11-02 18:00:00",
            "Uses: 1 > -1"
        ]
    );
    // A use is no change, and what stays as it was is none either.
    service.consume(&ada, token.uid, None).await.unwrap();
    service
        .change_token(&ada, token.uid, Change::default(), None)
        .await
        .unwrap();
    assert_eq!(log(&host).await.len(), 2);

    service
        .delete_tokens(&ada, &[token.uid])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(newest(&host).await.action, Action::Delete);
    service.restore_token(&ada, token.uid).await.unwrap();
    assert_eq!(newest(&host).await.action, Action::Restore);
    // What did not happen is not told.
    let missing = [token.uid, uuid::Uuid::max()];
    assert!(
        service
            .delete_tokens(&ada, &missing)
            .await
            .unwrap()
            .is_err()
    );
    assert_eq!(log(&host).await.len(), 4);
}

#[tokio::test]
async fn changes_of_settings_accounts_and_keys_are_told_without_secrets() {
    let host = TestHost::new().await;
    let service = &host.service;
    let name = |name: &str| AccountName::parse(name).unwrap();
    let password = |text: &str| Password::parse(text).unwrap();

    let code = service.set_up_code().await.unwrap().unwrap();
    assert_eq!(newest(&host).await.by.kind, ByKind::Tessera);
    let ada = NewAccount {
        name: name("Ada"),
        password: password("a first password"),
    };
    service.accept_invitation(code.expose(), ada).await.unwrap();
    let made = newest(&host).await;
    assert_eq!(
        (&*made.by.name, made.target.kind),
        ("Ada", TargetKind::Account)
    );
    assert_eq!(
        told(&made),
        ["Name: - > Ada", "Role: - > admin", "Password: - > -"]
    );
    service
        .set_password(&OPERATOR, &name("ada"), password("another password"))
        .await
        .unwrap();
    assert_eq!(told(&newest(&host).await), ["Password: - > -"]);

    let key = NewKey {
        name: name("Gate"),
        permissions: [Permission::View].into_iter().collect(),
        expires: None,
    };
    let secret = service.add_key(&OPERATOR, key).await.unwrap();
    assert_eq!(
        told(&newest(&host).await),
        ["Name: - > Gate", "Permissions: - > view", "Secret: - > -"]
    );
    let uid = service.keys(&OPERATOR).await.unwrap().keys[0].uid;
    let year = Some(Expiry::At(When::At(
        "2027-11-02T12:00:00Z".parse().unwrap(),
    )));
    let overlap = chrono::TimeDelta::hours(1);
    let rotated = service.rotate_key(&OPERATOR, uid, year, overlap).await;
    assert_eq!(
        told(&newest(&host).await),
        ["Expires: - > 2027-11-02 12:00:00", "Secret: - > -"]
    );
    service.revoke_key(&OPERATOR, &name("gate")).await.unwrap();
    assert_eq!(newest(&host).await.action, Action::Delete);

    service.invite(&OPERATOR, Role::Viewer).await.unwrap();
    let invited = newest(&host).await;
    assert_eq!(invited.target.kind, TargetKind::Invitation);
    let accounts = service.accounts(&OPERATOR).await.unwrap();
    let uid = accounts.invitations[0].uid;
    service.withdraw_invitation(&OPERATOR, uid).await.unwrap();
    assert_eq!(newest(&host).await.action, Action::Delete);
    let bob = NewAccount {
        name: name("Bob"),
        password: password("a third password"),
    };
    let bob = service.add_account(&OPERATOR, bob, Role::Viewer).await;
    let change = AccountChange {
        role: Some(Role::Editor),
        disabled: Some(true),
    };
    let uid = bob.unwrap().uid;
    service
        .change_account(&OPERATOR, uid, change)
        .await
        .unwrap();
    assert_eq!(
        told(&newest(&host).await),
        ["Role: viewer > editor", "Disabled: - > 2026-11-02 12:00:00"]
    );

    let zone = [(SettingKey::Zone, "Europe/Vienna".to_owned())];
    service.change_settings(&OPERATOR, &zone).await.unwrap();
    assert_eq!(told(&newest(&host).await), ["Zone: UTC > Europe/Vienna"]);
    service.change_settings(&OPERATOR, &zone).await.unwrap();
    service
        .remove_account(&OPERATOR, &name("Ada"))
        .await
        .unwrap();
    let entries = log(&host).await;
    assert_eq!(entries.len(), 12);
    let all = serde_json::to_string(&entries).unwrap();
    let rotated = rotated.unwrap();
    let secrets = [secret.expose(), rotated.expose(), code.expose()];
    for hidden in ["first", "another", "third"].into_iter().chain(secrets) {
        assert!(!all.contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn the_log_is_for_administrators_and_filtered_by_days_of_the_site() {
    let host = TestHost::new().await;
    let service = &host.service;
    let manager = Actor::Account {
        uid: uuid::Uuid::nil(),
        name: "m".into(),
        role: Role::Manager,
    };
    let forbidden = service.entries(&manager, &EntryQuery::default()).await;
    assert_eq!(forbidden, Err(Error::Forbidden));

    let zone = [(SettingKey::Zone, "Asia/Kathmandu".to_owned())];
    service.change_settings(&OPERATOR, &zone).await.unwrap();
    // 3 November in Kathmandu (+05:45) begins at 18:15 UTC.
    for (at, value) in [
        ("2026-11-02T18:14:59Z", "before"),
        ("2026-11-02T18:15:00Z", "after"),
    ] {
        host.clock.set(at);
        let draft = Draft {
            value: Some(Value::parse(value).unwrap()),
            ..Draft::default()
        };
        service.add_token(&OPERATOR, draft).await.unwrap();
    }
    let day = NaiveDate::from_ymd_opt(2026, 11, 3);
    let on = async |from, to| {
        let query = EntryQuery {
            target: Some(TargetKind::Token),
            from,
            to,
            ..EntryQuery::default()
        };
        let entries = service.entries(&OPERATOR, &query).await.unwrap().entries;
        let names: Vec<_> = entries.into_iter().map(|e| e.target.name).collect();
        names.join(" ")
    };
    assert_eq!(on(day, day).await, "after");
    assert_eq!(on(None, day).await, "after before");
    assert_eq!(on(None, day.unwrap().pred_opt()).await, "before");
}

#[tokio::test]
async fn a_page_says_whether_there_is_more() {
    let host = TestHost::new().await;
    let batch = domain::service::Batch {
        draft: Draft::default(),
        amount: 51,
    };
    host.service.add_tokens(&OPERATOR, batch).await.unwrap();
    let query = EntryQuery::default();
    let first = host.service.entries(&OPERATOR, &query).await.unwrap();
    assert_eq!(first.entries.len(), 50);
    let query = EntryQuery {
        older_than: first.older_than,
        ..query
    };
    let second = host.service.entries(&OPERATOR, &query).await.unwrap();
    assert_eq!((second.entries.len(), second.older_than), (1, None));
}
