//! Set-up, sign-in, sessions.

use chrono::TimeDelta;
use domain::{
    Actor, Error, Field, FlawKind,
    account::{AccountName, Password, Role, Session},
    service::NewAccount,
};

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
        !service.invitation_is_good(first.expose()).await.unwrap(),
        "the newer one counts"
    );
    let not_good = Error::flaw(Field::Code, FlawKind::Invalid);

    host.clock.advance(TimeDelta::days(1));
    assert!(!service.invitation_is_good(second.expose()).await.unwrap());
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
    assert!(
        !host
            .service
            .invitation_is_good(code.expose())
            .await
            .unwrap()
    );
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
