//! Set-up, sign-in, sessions.

use chrono::TimeDelta;
use domain::{
    Actor, Error, Field, FlawKind,
    account::{AccountName, Invitation, Password, Role, Session},
    service::{AccountChange, NewAccount},
};
use uuid::Uuid;

use crate::host::TestHost;

fn new(name: &str) -> NewAccount {
    NewAccount {
        name: AccountName::parse(name).unwrap(),
        password: Password::parse("correct horse").unwrap(),
    }
}

async fn sign_in(host: &TestHost, name: &str, password: &str) -> Result<String, Error> {
    let password = Password::attempt(password);
    let signed_in = host
        .service
        .sign_in(name, password, "192.0.2.1", None)
        .await?;
    Ok(signed_in.secret.expose().to_owned())
}

#[tokio::test]
async fn a_set_up_link_is_good_once_and_for_a_day() {
    let host = TestHost::new().await;
    let service = &host.service;
    let first = service.set_up_code().await.unwrap().unwrap();
    let second = service.set_up_code().await.unwrap().unwrap();
    assert!(
        service.invitation(first.expose()).await.unwrap().is_none(),
        "the newer one counts"
    );
    let not_good = Error::flaw(Field::Code, FlawKind::Invalid);

    host.clock.advance(TimeDelta::days(1));
    assert_eq!(service.invitation(second.expose()).await.unwrap(), None);
    let late = service.accept_invitation(second.expose(), new("ada")).await;
    assert_eq!(late.unwrap_err(), not_good);

    let third = service.set_up_code().await.unwrap().unwrap();
    let account = service
        .accept_invitation(third.expose(), new("ada"))
        .await
        .unwrap();
    assert_eq!(account.role, Role::Admin);
    let again = service.accept_invitation(third.expose(), new("eve")).await;
    assert_eq!(again.unwrap_err(), not_good);
    assert!(service.set_up_code().await.unwrap().is_none());
}

#[tokio::test]
async fn an_account_by_command_line_ends_the_set_up_link() {
    let host = TestHost::new().await;
    let code = host.service.set_up_code().await.unwrap().unwrap();
    host.service
        .add_account(&Actor::Operator, new("ada"), Role::Viewer)
        .await
        .unwrap();
    let opened = host.service.invitation(code.expose()).await.unwrap();
    assert_eq!(opened, None);
}

#[tokio::test]
async fn names_are_taken_whatever_case_they_are_in() {
    let host = TestHost::new().await;
    let operator = Actor::Operator;
    host.service
        .add_account(&operator, new("Ada"), Role::Viewer)
        .await
        .unwrap();
    let taken = host
        .service
        .add_account(&operator, new("aDA"), Role::Admin)
        .await;
    assert_eq!(
        taken.unwrap_err(),
        Error::flaw(Field::Name, FlawKind::Taken)
    );
    assert!(sign_in(&host, " ADA ", "correct horse").await.is_ok());
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_are_told_alike() {
    let host = TestHost::new().await;
    host.service
        .add_account(&Actor::Operator, new("ada"), Role::Viewer)
        .await
        .unwrap();
    let wrong = sign_in(&host, "ada", "wrong horse").await;
    assert_eq!(wrong, Err(Error::Unauthenticated));
    assert_eq!(wrong, sign_in(&host, "eve", "correct horse").await);
}

#[tokio::test]
async fn a_session_ends_by_rest_by_age_by_sign_out_and_with_the_password() {
    let host = TestHost::new().await;
    let service = &host.service;
    service
        .add_account(&Actor::Operator, new("ada"), Role::Viewer)
        .await
        .unwrap();
    let who = async |secret: &str| {
        let actor = service.actor_of_session(secret).await.unwrap();
        actor.map(|actor| actor.name().to_owned())
    };
    let ada = || Some("ada".to_owned());

    let resting = sign_in(&host, "ada", "correct horse").await.unwrap();
    host.clock.advance(Session::IDLE - TimeDelta::seconds(1));
    assert_eq!(who(&resting).await, ada());
    host.clock.advance(Session::IDLE);
    assert_eq!(who(&resting).await, None);

    let busy = sign_in(&host, "ada", "correct horse").await.unwrap();
    for _ in 0..5 {
        host.clock
            .advance(TimeDelta::days(6) - TimeDelta::minutes(1));
        assert_eq!(who(&busy).await, ada());
    }
    host.clock.advance(TimeDelta::minutes(5));
    assert_eq!(who(&busy).await, None);

    let left = sign_in(&host, "ada", "correct horse").await.unwrap();
    service.sign_out(&left).await.unwrap();
    assert_eq!(who(&left).await, None);

    let open = sign_in(&host, "ada", "correct horse").await.unwrap();
    let name = AccountName::parse("ada").unwrap();
    let other = Password::parse("another horse").unwrap();
    service
        .set_password(&Actor::Operator, &name, other)
        .await
        .unwrap();
    assert_eq!(who(&open).await, None);

    let last = sign_in(&host, "ada", "another horse").await.unwrap();
    service
        .remove_account(&Actor::Operator, &name)
        .await
        .unwrap();
    assert_eq!(who(&last).await, None);
}

#[tokio::test]
async fn a_new_sign_in_ends_the_session_that_the_browser_had() {
    let host = TestHost::new().await;
    let service = &host.service;
    service
        .add_account(&Actor::Operator, new("ada"), Role::Viewer)
        .await
        .unwrap();
    let before = sign_in(&host, "ada", "correct horse").await.unwrap();
    let password = Password::attempt("correct horse");
    service
        .sign_in("ada", password, "192.0.2.1", Some(&before))
        .await
        .unwrap();
    assert_eq!(service.actor_of_session(&before).await.unwrap(), None);
}

/// Makes an account; who it is.
async fn made(host: &TestHost, name: &str, role: Role) -> (Uuid, Actor) {
    let account = host
        .service
        .add_account(&Actor::Operator, new(name), role)
        .await
        .unwrap();
    let actor = Actor::Account {
        uid: account.uid,
        name: name.into(),
        role,
    };
    (account.uid, actor)
}

#[tokio::test]
async fn an_invitation_makes_an_account_of_its_role_once_within_a_week() {
    let host = TestHost::new().await;
    let service = &host.service;
    let (_, ada) = made(&host, "ada", Role::Admin).await;
    let code = service.invite(&ada, Role::Editor).await.unwrap();
    let open = service.invitation(code.expose()).await.unwrap().unwrap();
    assert_eq!((open.role, open.by.as_deref()), (Role::Editor, Some("ada")));
    let listed = service.accounts(&ada).await.unwrap().invitations;
    assert_eq!(listed.len(), 1);
    let eve = service
        .accept_invitation(code.expose(), new("eve"))
        .await
        .unwrap();
    assert_eq!(eve.role, Role::Editor);
    let again = service.accept_invitation(code.expose(), new("x")).await;
    let not_good = Error::flaw(Field::Code, FlawKind::Invalid);
    assert_eq!(again.unwrap_err(), not_good);

    let withdrawn = service.invite(&ada, Role::Admin).await.unwrap();
    let uid = service.accounts(&ada).await.unwrap().invitations[0].uid;
    service.withdraw_invitation(&ada, uid).await.unwrap();
    assert_eq!(service.invitation(withdrawn.expose()).await.unwrap(), None);
    let twice = service.withdraw_invitation(&ada, uid).await;
    assert_eq!(twice, Err(Error::NotFound));

    let late = service.invite(&ada, Role::Viewer).await.unwrap();
    host.clock.advance(Invitation::SENT);
    assert_eq!(service.invitation(late.expose()).await.unwrap(), None);
    assert!(service.accounts(&ada).await.unwrap().invitations.is_empty());
    let (_, manager) = made(&host, "max", Role::Manager).await;
    let forbidden = service.invite(&manager, Role::Viewer).await;
    assert_eq!(forbidden.unwrap_err(), Error::Forbidden);
}

#[tokio::test]
async fn the_last_who_can_administer_stays() {
    let host = TestHost::new().await;
    let service = &host.service;
    let (ada, actor) = made(&host, "ada", Role::Admin).await;
    let last = Error::flaw(Field::Role, FlawKind::LastAdministrator);
    let to = |role| AccountChange {
        role: Some(role),
        ..AccountChange::default()
    };
    let disabled = |disabled| AccountChange {
        disabled: Some(disabled),
        ..AccountChange::default()
    };
    for change in [to(Role::Manager), disabled(true)] {
        let refused = service.change_account(&actor, ada, change).await;
        assert_eq!(refused, Err(last.clone()));
    }
    let name = AccountName::parse("ada").unwrap();
    assert_eq!(
        service.remove_account(&actor, &name).await,
        Err(last.clone())
    );

    let (bob, _) = made(&host, "bob", Role::Viewer).await;
    service
        .change_account(&actor, bob, to(Role::Admin))
        .await
        .unwrap();
    service
        .change_account(&actor, bob, disabled(true))
        .await
        .unwrap();
    // One who cannot sign in does not count.
    let refused = service.change_account(&actor, ada, to(Role::Viewer)).await;
    assert_eq!(refused, Err(last.clone()));
    service
        .change_account(&actor, bob, disabled(false))
        .await
        .unwrap();
    service
        .change_account(&actor, ada, to(Role::Viewer))
        .await
        .unwrap();
    let refused = service
        .change_account(&Actor::Operator, bob, disabled(true))
        .await;
    assert_eq!(refused, Err(last));
    let unknown = service.change_account(&Actor::Operator, Uuid::nil(), disabled(true));
    assert_eq!(unknown.await, Err(Error::NotFound));
}

#[tokio::test]
async fn nobody_signs_in_with_a_disabled_account_and_its_sessions_end() {
    let host = TestHost::new().await;
    let service = &host.service;
    let (_, ada) = made(&host, "ada", Role::Admin).await;
    let (bob, _) = made(&host, "bob", Role::Viewer).await;
    let session = sign_in(&host, "bob", "correct horse").await.unwrap();
    let disabled = |disabled| AccountChange {
        disabled: Some(disabled),
        ..AccountChange::default()
    };
    service
        .change_account(&ada, bob, disabled(true))
        .await
        .unwrap();
    assert_eq!(service.actor_of_session(&session).await.unwrap(), None);
    let refused = sign_in(&host, "bob", "correct horse").await;
    assert_eq!(refused, Err(Error::Unauthenticated));
    service
        .change_account(&ada, bob, disabled(false))
        .await
        .unwrap();
    assert_eq!(service.actor_of_session(&session).await.unwrap(), None);
    assert!(sign_in(&host, "bob", "correct horse").await.is_ok());
}

#[tokio::test]
async fn a_role_that_was_changed_holds_at_once() {
    let host = TestHost::new().await;
    let service = &host.service;
    let (bob, _) = made(&host, "bob", Role::Viewer).await;
    let session = sign_in(&host, "bob", "correct horse").await.unwrap();
    let change = AccountChange {
        role: Some(Role::Manager),
        ..AccountChange::default()
    };
    service
        .change_account(&Actor::Operator, bob, change)
        .await
        .unwrap();
    let actor = service.actor_of_session(&session).await.unwrap().unwrap();
    assert_eq!(actor.permissions(), Role::Manager.permissions());
}

#[tokio::test]
async fn everybody_sees_and_ends_their_own_sessions_and_administrators_all() {
    let host = TestHost::new().await;
    let service = &host.service;
    let (_, ada) = made(&host, "ada", Role::Admin).await;
    let (bob, bobs) = made(&host, "bob", Role::Viewer).await;
    let (eve, _) = made(&host, "eve", Role::Viewer).await;
    let old = sign_in(&host, "bob", "correct horse").await.unwrap();
    host.clock.advance(Session::IDLE);
    let first = sign_in(&host, "bob", "correct horse").await.unwrap();
    host.clock.advance(TimeDelta::minutes(1));
    let second = sign_in(&host, "bob", "correct horse").await.unwrap();
    sign_in(&host, "eve", "correct horse").await.unwrap();

    let page = service.account(&bobs, bob, Some(&second)).await.unwrap();
    assert!(page.is_own);
    let told: Vec<_> = page
        .sessions
        .iter()
        .map(|session| (session.here, session.address.as_deref()))
        .collect();
    // The one that was over is not there.
    assert_eq!(
        told,
        [(true, Some("192.0.2.1")), (false, Some("192.0.2.1"))]
    );
    assert_eq!(service.actor_of_session(&old).await.unwrap(), None);
    let others = service.account(&bobs, eve, None).await;
    assert_eq!(others.unwrap_err(), Error::Forbidden);
    let nobody = service.account(&Actor::Anonymous, eve, None).await;
    assert_eq!(nobody.unwrap_err(), Error::Unauthenticated);

    let (here, there) = (page.sessions[0].uid, page.sessions[1].uid);
    service.end_session(&bobs, bob, there).await.unwrap();
    assert_eq!(service.actor_of_session(&first).await.unwrap(), None);
    let foreign = service.account(&ada, eve, None).await.unwrap().sessions[0].uid;
    let refused = service.end_session(&bobs, eve, foreign).await;
    assert_eq!(refused, Err(Error::Forbidden));
    let sly = service.end_session(&bobs, bob, foreign).await;
    assert_eq!(sly, Err(Error::NotFound));
    service.end_session(&ada, bob, here).await.unwrap();
    assert_eq!(service.actor_of_session(&second).await.unwrap(), None);
}

#[tokio::test]
async fn ones_own_password_is_changed_by_whoever_knows_the_present_one() {
    let host = TestHost::new().await;
    let service = &host.service;
    let (_, bob) = made(&host, "bob", Role::Viewer).await;
    let here = sign_in(&host, "bob", "correct horse").await.unwrap();
    let there = sign_in(&host, "bob", "correct horse").await.unwrap();
    let change = async |actor: &Actor, current: &str| {
        let current = Password::attempt(current);
        let password = Password::parse("another horse").unwrap();
        service
            .change_own_password(actor, Some(&here), current, password, "192.0.2.1")
            .await
    };
    let wrong = Error::flaw(Field::CurrentPassword, FlawKind::Invalid);
    assert_eq!(change(&bob, "wrong horse").await, Err(wrong));
    let nobody = change(&Actor::Operator, "correct horse").await;
    assert_eq!(nobody, Err(Error::Unauthenticated));
    change(&bob, "correct horse").await.unwrap();
    assert!(service.actor_of_session(&here).await.unwrap().is_some());
    assert_eq!(service.actor_of_session(&there).await.unwrap(), None);
    assert!(sign_in(&host, "bob", "another horse").await.is_ok());
    let old = sign_in(&host, "bob", "correct horse").await;
    assert_eq!(old, Err(Error::Unauthenticated));
}
