//! The addresses of our own pages.

mod list;

use domain::link::decoded;
pub(crate) use domain::link::encoded;
use uuid::Uuid;

pub(crate) use list::{BATCH, ListQuery, PER_PAGE, SIZES, USES_FILTERS, USUAL_SIZE, batch};

/// Making the first account.
const SETUP: &str = "/setup";
/// How a token stands, for whoever holds its code.
pub(crate) const CHECK: &str = domain::codes::CHECK;
/// What is going on.
pub(crate) const HOME: &str = "/";
/// The list of tokens.
pub(crate) const TOKENS: &str = "/tokens";
/// The form for new tokens.
pub(crate) const NEW_TOKENS: &str = "/tokens/new";
/// Scanning, to look tokens up.
pub(crate) const SCAN: &str = "/scan";
/// Scanning, to use tokens.
pub(crate) const SCAN_USE: &str = "/scan?mode=use";
/// Scanning, after a value that no token has.
pub(crate) const SCAN_UNKNOWN: &str = "/scan?unknown=1";
/// The filters of the list.
pub(crate) const FILTER: &str = "/tokens/filter";
/// The list as codes.
pub(crate) const CODES: &str = "/tokens/codes";
/// What is to be done with many tokens, before it is done.
pub(crate) const SELECTION: &str = "/tokens/selection";
/// The tokens that a query means, as a file.
pub(crate) const EXPORT: &str = "/tokens/export.csv";
/// Labels to be printed.
pub(crate) const PRINT: &str = "/tokens/print";
/// Signing in.
pub(crate) const LOGIN: &str = "/login";
/// The settings.
pub(crate) const SETTINGS: &str = "/settings";

/// One's own account.
pub(crate) const OWN_ACCOUNT: &str = "/account";
/// The accounts.
pub(crate) const ACCOUNTS: &str = "/accounts";
/// The form for an invitation.
pub(crate) const INVITE: &str = "/accounts/invite";

/// One account.
pub(crate) fn account(uid: Uuid) -> String {
    format!("{ACCOUNTS}/{uid}")
}

/// The one-time link of that code, for whoever is invited.
pub(crate) fn invitation(origin: &str, code: &str) -> String {
    format!("{origin}{SETUP}?code={code}")
}

/// The API keys.
pub(crate) const KEYS: &str = "/keys";
/// The form for a new API key.
pub(crate) const NEW_KEY: &str = "/keys/new";

/// The form that gives a key another secret.
pub(crate) fn rotate_key(uid: Uuid) -> String {
    format!("{KEYS}/{uid}/rotate")
}

/// The page that asks before a key is revoked.
pub(crate) fn revoke_key(uid: Uuid) -> String {
    format!("{KEYS}/{uid}/revoke")
}

/// Whether a page is for those who are not signed in yet.
pub(crate) fn is_gate(path: &str) -> bool {
    path == LOGIN || path == SETUP || path == CHECK
}

/// The form for new tokens, filled in like a token.
pub(crate) fn new_like(uid: Uuid) -> String {
    format!("{NEW_TOKENS}?like={uid}")
}

/// One token.
pub(crate) fn token(uid: Uuid) -> String {
    format!("{TOKENS}/{uid}")
}

/// The trash.
pub(crate) const TRASH: &str = "/tokens/trash";
/// The audit log.
pub(crate) const AUDIT: &str = "/audit";

/// The entries that the same query means, as a file.
pub(crate) const AUDIT_EXPORT: &str = "/audit/export.csv";

/// All attempts.
pub(crate) const ACTIVITY: &str = "/activity";
/// The attempts that the same query means, as a file.
pub(crate) const ACTIVITY_EXPORT: &str = "/activity/export.csv";

/// What happens, since that time in microseconds.
pub(crate) fn events(since: Option<i64>) -> String {
    let since = since.map(|since| format!("?since={since}"));
    format!("/events{}", since.unwrap_or_default())
}

/// A page of the trash.
pub(crate) fn trash(page: u32) -> String {
    if page > 1 {
        format!("{TRASH}?page={page}")
    } else {
        TRASH.to_owned()
    }
}

/// The number of tokens and the deletion of a notice that the host made, by which it can be undone:
/// `deleted-<number>-<uuid>`.
pub(crate) fn parse_deleted(notice: &str) -> Option<(u64, Uuid)> {
    let (count, deletion) = notice.strip_prefix("deleted-")?.split_once('-')?;
    Some((count.parse().ok()?, Uuid::parse_str(deletion).ok()?))
}

/// The form that alters a token.
pub(crate) fn edit_token(uid: Uuid) -> String {
    format!("{TOKENS}/{uid}/edit")
}

/// The page that asks before a token is deleted.
pub(crate) fn delete_token(uid: Uuid) -> String {
    format!("{TOKENS}/{uid}/delete")
}

/// `address`, with the news of what was done.
pub(crate) fn with_notice(address: &str, notice: &str) -> String {
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}notice={notice}")
}

/// The page and the notice of an address made by [`with_notice`].
pub(crate) fn split_notice(address: &str) -> (&str, Option<&str>) {
    match address.rsplit_once("notice=") {
        Some((page, notice)) => (page.trim_end_matches(['?', '&']), Some(notice)),
        None => (address, None),
    }
}

/// The value of a parameter in the query of an address. The router's own map decodes values twice, which a search for
/// `100%` does not survive.
pub(crate) fn parameter(query: &str, name: &str) -> Option<String> {
    parameters(query, name).next_back()
}

/// All values of a parameter that may be there several times.
pub(crate) fn parameters(query: &str, name: &str) -> impl DoubleEndedIterator<Item = String> {
    let query = query.strip_prefix('?').unwrap_or(query);
    let pairs = query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs
        .filter(move |(key, _)| *key == name)
        .map(|(_, value)| decoded(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded_once() {
        for text in ["100%", "%41", "a+b", "ü & 🎟", "a=b"] {
            assert_eq!(
                parameter(&format!("?x=1&q={}", encoded(text)), "q").as_deref(),
                Some(text)
            );
        }
        assert_eq!(parameter("q=100%", "q").as_deref(), Some("100%"));
        assert_eq!(parameter("x=1", "q"), None);
    }

    #[test]
    fn news_stands_behind_what_the_address_says_already() {
        for page in ["/tokens", "/tokens?q=a&sort=label"] {
            let address = with_notice(page, "restored-1");
            assert_eq!(split_notice(&address), (page, Some("restored-1")));
        }
        assert_eq!(with_notice("/tokens?q=a", "x"), "/tokens?q=a&notice=x");
        assert_eq!(split_notice("/tokens?q=a"), ("/tokens?q=a", None));
    }
}
