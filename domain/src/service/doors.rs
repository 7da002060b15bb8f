//! What is done where tokens are used: with a value that was scanned, not with a token that was chosen.

use super::Service;
use crate::{
    actor::{Actor, Permission},
    error::{Error, Field, Result},
    idempotency::IdempotencyKey,
    time::Moment,
    token::{Draft, Value},
    usage::Outcome,
    view::{Checked, TokenView, Used},
};

impl Service {
    /// Makes a token of this value; all else is as the settings say.
    pub async fn add_value(&self, actor: &Actor, value: &str) -> Result<TokenView> {
        actor.require(Permission::Add)?;
        let value = Value::parse(value).map_err(|kind| Error::flaw(Field::Value, kind))?;
        let draft = Draft {
            value: Some(value),
            ..Draft::default()
        };
        self.add_token(actor, draft).await
    }

    /// How the token of this value stands, for whoever holds its code; none = there is no such token. Anybody may ask,
    /// and is slowed down: who guesses values must not get far.
    pub async fn check(&self, address: &str, value: &str) -> Result<Option<Checked>> {
        self.0.host.throttle.check(address)?;
        // What cannot be a value is the value of no token.
        let Ok(value) = Value::parse(value) else {
            return Ok(None);
        };
        let settings = self.current_settings().await?;
        let now = self.now();
        let token = self.store().token_of_value(&value).await?;
        Ok(token.map(|token| {
            let token = self.view(&settings, token, now);
            Checked {
                status: token.status,
                from: token.from,
                to: token.to,
                uses: token.uses,
                locked_until: token.locked_until,
                site: self.site(&settings, now),
            }
        }))
    }

    /// Spends one use of the token of this value, under the same key once; [`Error::NotFound`] if there is none.
    /// Refused is no error here: a door shows it.
    pub async fn use_value(
        &self,
        actor: &Actor,
        value: &str,
        key: Option<IdempotencyKey>,
    ) -> Result<Used> {
        // Before anything is said about the value.
        actor.require(Permission::Consume)?;
        let found = self.find_token(actor, value).await?;
        let uid = found.ok_or(Error::NotFound)?.uid;
        let consumption = self.consume(actor, uid, key).await?;
        let until = consumption
            .outcome
            .err()
            .and_then(|refusal| refusal.retry_at());
        let wait_until = match until {
            Some(at) => Some(Moment {
                at,
                local: self.local(at).await?,
            }),
            None => None,
        };
        Ok(Used {
            token: self.view(
                &*self.current_settings().await?,
                consumption.token,
                self.now(),
            ),
            outcome: consumption
                .outcome
                .map_or_else(Outcome::from, |()| Outcome::Accepted),
            wait_until,
        })
    }
}
