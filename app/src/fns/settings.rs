//! The settings of the site.

#![expect(
    missing_docs,
    reason = "the macro makes the arguments fields, which cannot be documented"
)]

use domain::view::SettingsPage;
use leptos::prelude::*;

use crate::{Error, forms::settings::SettingsForm};

/// The settings, and what one can choose from.
#[server(prefix = "/fn", endpoint = "load_settings")]
pub async fn load_settings() -> Result<SettingsPage, Error> {
    use crate::context::{actor, answer, service};
    answer(service().settings_page(&actor()).await)
}

/// Changes the settings, all or none.
#[server(prefix = "/fn", endpoint = "change_settings")]
pub async fn change_settings(form: SettingsForm) -> Result<(), Error> {
    use crate::{
        addresses,
        context::{actor, answer, redirect, service},
    };
    answer(service().change_settings(&actor(), &form.changes()).await)?;
    redirect(&addresses::with_notice(addresses::SETTINGS, "saved"));
    Ok(())
}
