//! Many tokens at once.

#![expect(
    missing_docs,
    reason = "the macro makes the arguments fields, which cannot be documented"
)]

use domain::view::Selected;
use leptos::prelude::*;

use crate::{Error, forms::selections::SelectionForm};

/// What the act that a query names would be for.
#[server(prefix = "/fn", endpoint = "load_selection")]
pub async fn load_selection(query: String) -> Result<Selected, Error> {
    use crate::context::{actor, answer, service};
    use crate::forms::selections::{Act, selection};
    let purpose = Act::of_query(&query).map_or(domain::Permission::Edit, Act::permission);
    let selection = answer(selection(&query))?;
    answer(service().selected(&actor(), &selection, purpose).await)
}

/// Makes the same of many tokens.
#[server(prefix = "/fn", endpoint = "change_tokens")]
pub async fn change_tokens(form: SelectionForm) -> Result<(), Error> {
    use crate::context::{actor, answer, back_to_list, service};
    let (selection, change) = answer(form.parse())?;
    let count = answer(service().change_tokens(&actor(), &selection, change).await)?;
    back_to_list(&form.selection, &form.notice(count));
    Ok(())
}

/// Moves many tokens to the trash.
#[server(prefix = "/fn", endpoint = "delete_selection")]
pub async fn delete_selection(form: SelectionForm) -> Result<(), Error> {
    use crate::context::{actor, answer, back_to_list, deleted, service};
    let selection = answer(form.selection())?;
    let gone = answer(service().delete_selection(&actor(), &selection).await)?;
    back_to_list(&form.selection, &deleted(gone.count, gone.deletion));
    Ok(())
}
