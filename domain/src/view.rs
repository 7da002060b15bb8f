//! What doors show: tokens and attempts with their times as the site's clocks show them.

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    account::{AccountName, KeyStatus, Role},
    actor::Permissions,
    audit::{Action, By, Target},
    codes::CodeStyle,
    error::Field,
    page::{Count, Page},
    settings::{Settings, ZoneName},
    time::{Moment, Repeated},
    token::{Label, Status, Uses, Value},
    usage::{Outcome, Place, Tally},
};

/// A token as it stands at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenView {
    /// See [`Token::uid`](crate::Token::uid), and so on for the others.
    pub uid: Uuid,
    /// What the QR code says.
    pub value: Value,
    /// A name for people; may be empty.
    pub label: Label,
    /// The first instant of the window.
    pub from: Option<Moment>,
    /// The last instant of the window.
    pub to: Option<Moment>,
    /// How often it can still be used.
    pub uses: Uses,
    /// How often it was used.
    pub used: u64,
    /// Seconds after a use in which the next one is refused.
    pub lock: u32,
    /// The end of the lock, if it holds now.
    pub locked_until: Option<Moment>,
    /// Since when it is out of use.
    pub disabled: Option<Moment>,
    /// The last accepted use.
    pub last_used: Option<Moment>,
    /// Who made it.
    pub creator: Option<String>,
    /// When it was made.
    pub created: Moment,
    /// When it was last changed.
    pub modified: Moment,
    /// To be given back with a change, so that no update is lost.
    pub version: i64,
    /// The badge.
    pub status: Status,
    /// What else holds, most telling first.
    pub also: Vec<Status>,
}

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageView {
    /// When.
    pub at: Moment,
    /// How it ended.
    pub outcome: Outcome,
    /// Who tried.
    pub actor: String,
}

/// What the log of attempts shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageList {
    /// Newest first.
    pub usages: Vec<LoggedView>,
    /// The place behind which there is more.
    pub older_than: Option<Place>,
    /// Where and when this was made.
    pub site: Site,
}

/// One attempt on any token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedView {
    /// When, how and by whom.
    pub usage: UsageView,
    /// On which token.
    pub token: Uuid,
    /// Its value at that time.
    pub value: Value,
    /// How it is called now; none = there is no such token any more.
    pub label: Option<Label>,
}

/// What the list of tokens shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenList {
    /// One page of the tokens that match.
    pub tokens: Page<TokenView>,
    /// How many tokens there are in all.
    pub all: Count,
    /// How many of all can be used now.
    pub usable: Count,
    /// Where and when this was made.
    pub site: Site,
}

/// What whoever is about to act on many tokens is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selected {
    /// How many they are.
    pub count: u64,
    /// Some of them, as many as one can take in.
    pub first: Vec<TokenView>,
    /// Where and when this was made.
    pub site: Site,
}

/// What the page of a token shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenPage {
    /// The token.
    pub token: TokenView,
    /// The ends of its window that the site's clocks show twice.
    pub repeated: Vec<Repeated>,
    /// How often it was tried.
    pub tally: Tally,
    /// Attempts, newest first.
    pub usages: Page<UsageView>,
    /// How often it was tried on each of the last days, today last.
    pub days: Vec<DayView>,
    /// Where and when this was made.
    pub site: Site,
}

/// How often somebody tried on one day of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayView {
    /// Which day.
    pub day: NaiveDate,
    /// How often.
    pub tally: Tally,
}

/// What is going on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// How many tokens stand how; none stand as is not named.
    pub statuses: Vec<(Status, u64)>,
    /// How often any token was tried on each of the last days, today last.
    pub days: Vec<DayView>,
    /// Why attempts were refused in these days, the most frequent reason first.
    pub refusals: Vec<(Outcome, u64)>,
    /// Tokens that end soon, the next first.
    pub ending: Vec<TokenView>,
    /// The last attempts, newest first.
    pub usages: Vec<LoggedView>,
    /// What a new token is like.
    pub settings: Settings,
    /// Where and when this was made.
    pub site: Site,
}

impl Overview {
    /// How many tokens there are.
    pub fn all(&self) -> u64 {
        self.statuses.iter().map(|(_, count)| count).sum()
    }

    /// How many tokens stand so.
    pub fn count(&self, status: Status) -> u64 {
        let counted = self.statuses.iter().find(|(counted, _)| *counted == status);
        counted.map_or(0, |(_, count)| *count)
    }
}

/// What a door shows after a use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    /// The token, as it is now.
    pub token: TokenView,
    /// Accepted, or why not.
    pub outcome: Outcome,
    /// The end of what stands in the way, if it ends by itself.
    pub wait_until: Option<Moment>,
}

/// What whoever holds a code is told of its token: how it stands, and neither its name nor who made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// The badge.
    pub status: Status,
    /// The first instant of the window.
    pub from: Option<Moment>,
    /// The last instant of the window.
    pub to: Option<Moment>,
    /// How often it can still be used.
    pub uses: Uses,
    /// The end of the lock, if it holds now.
    pub locked_until: Option<Moment>,
    /// Where and when this was made.
    pub site: Site,
}

/// Labels for paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// In the order of the list, or as they were named.
    pub labels: Vec<SheetLabel>,
    /// How many tokens match; no more than [`Sheet::labels`] are printed.
    pub total: Count,
    /// How codes are drawn.
    pub codes: CodeStyle,
}

/// What stands on one label. Times are local to the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetLabel {
    /// What the code says.
    pub value: String,
    /// A name for people; may be empty.
    pub label: String,
    /// From when it is good.
    pub from: Option<NaiveDateTime>,
    /// Until when.
    pub to: Option<NaiveDateTime>,
}

impl From<TokenView> for SheetLabel {
    fn from(token: TokenView) -> Self {
        Self {
            value: token.value.as_str().to_owned(),
            label: token.label.as_str().to_owned(),
            from: token.from.map(|moment| moment.local),
            to: token.to.map(|moment| moment.local),
        }
    }
}

/// What the trash shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrashList {
    /// One page of what lies in it.
    pub tokens: Page<TrashedView>,
    /// Where and when this was made.
    pub site: Site,
}

/// A token in the trash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrashedView {
    /// As it was, with the status that it would have now.
    pub token: TokenView,
    /// When it was deleted.
    pub deleted: Moment,
    /// By whom.
    pub by: String,
    /// When it goes for ever.
    pub ends: Moment,
}

/// What the audit log shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryList {
    /// Newest first.
    pub entries: Vec<EntryView>,
    /// The number behind which there is more.
    pub older_than: Option<i64>,
    /// Where and when this was made.
    pub site: Site,
}

/// One entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryView {
    /// When.
    pub at: Moment,
    /// Who.
    pub by: By,
    /// What was done.
    pub action: Action,
    /// To what.
    pub target: Target,
    /// What differs.
    pub differences: Vec<DifferenceView>,
}

/// A field that is not as it was.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DifferenceView {
    /// Which.
    pub field: Field,
    /// As it was.
    pub old: Option<Told>,
    /// As it is.
    pub new: Option<Told>,
}

/// A field as it is told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Told {
    /// As it was written down.
    Text(String),
    /// An instant.
    At(Moment),
}

impl std::fmt::Debug for DifferenceView {
    // It may hold the value of a token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.field)
    }
}

/// Where and when something was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// The zone of all local times.
    pub zone: ZoneName,
    /// The instant at which statuses were asked.
    pub now: Moment,
    /// How codes are drawn.
    pub codes: CodeStyle,
}

/// What the form for new tokens starts from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTokens {
    /// Defaults and ranges.
    pub settings: Settings,
    /// Where and when this was made.
    pub site: Site,
    /// The local times that each preset would set now, as `datetime-local` inputs take them.
    pub presets: Vec<PresetTimes>,
    /// The token that they are to be like.
    pub like: Option<TokenView>,
}

/// What a preset would set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresetTimes {
    /// Which one.
    pub preset: crate::settings::Preset,
    /// The start.
    pub from: Option<chrono::NaiveDateTime>,
    /// The end.
    pub to: Option<chrono::NaiveDateTime>,
}

/// What the settings page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsPage {
    /// As they are.
    pub settings: Settings,
    /// The zones that one can choose.
    pub zones: Vec<String>,
}

/// An API key as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyView {
    /// See [`ApiKey::uid`](crate::account::ApiKey::uid), and so on for the others.
    pub uid: Uuid,
    /// What it is for.
    pub name: AccountName,
    /// How it begins.
    pub prefix: Option<String>,
    /// What it may do.
    pub permissions: Permissions,
    /// Who made it.
    pub creator: Option<String>,
    /// When it was made.
    pub created: Moment,
    /// The last request with it.
    pub last_used: Option<Moment>,
    /// From then on it is no good.
    pub expires: Option<Moment>,
    /// Since when it is no good.
    pub revoked: Option<Moment>,
    /// How long what it was before its rotation is still good, if it is.
    pub former_until: Option<Moment>,
    /// How it stands.
    pub status: KeyStatus,
}

/// What the list of keys shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyList {
    /// By name; those that are no good any more come last.
    pub keys: Vec<KeyView>,
    /// Where and when this was made.
    pub site: Site,
}

impl KeyList {
    /// Takes the key of that uid out of the list, unless it is revoked: what one can do with keys ends then.
    pub fn take_usable(&mut self, uid: Uuid) -> Option<KeyView> {
        let place = self.keys.iter().position(|key| key.uid == uid)?;
        let key = self.keys.swap_remove(place);
        (key.status != KeyStatus::Revoked).then_some(key)
    }
}

/// An account as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    /// See [`Account::uid`](crate::account::Account::uid), and so on for the others.
    pub uid: Uuid,
    /// What the person types.
    pub name: AccountName,
    /// What the person may do.
    pub role: Role,
    /// When it was made.
    pub created: Moment,
    /// The last sign-in.
    pub last_login: Option<Moment>,
    /// Since when nobody can sign in with it.
    pub disabled: Option<Moment>,
}

/// An invitation that is good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationView {
    /// See [`Invitation::uid`](crate::account::Invitation::uid), and so on for the others.
    pub uid: Uuid,
    /// The role that the new account gets.
    pub role: Role,
    /// Who made it.
    pub creator: Option<String>,
    /// When it was made.
    pub created: Option<Moment>,
    /// From then on it is no good.
    pub expires: Moment,
}

/// What whoever opens a one-time link is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenInvitation {
    /// The role that the new account gets.
    pub role: Role,
    /// Who invites; none = it is the set-up link.
    pub by: Option<String>,
}

/// What the list of accounts shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountList {
    /// By name.
    pub accounts: Vec<AccountView>,
    /// Those that end first first.
    pub invitations: Vec<InvitationView>,
    /// Where and when this was made.
    pub site: Site,
}

/// A session that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    /// Names it.
    pub uid: Uuid,
    /// Since when.
    pub created: Moment,
    /// The last request, to the minute or so.
    pub seen: Moment,
    /// From where it was begun.
    pub address: Option<String>,
    /// Whether it is the one of whoever looks.
    pub here: bool,
}

/// What the page of an account shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPage {
    /// The account.
    pub account: AccountView,
    /// Last seen first.
    pub sessions: Vec<SessionView>,
    /// Whether it is the account of whoever looks.
    pub is_own: bool,
    /// Where and when this was made.
    pub site: Site,
}

/// Who is looking, for the frame around each page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Visitor {
    /// Their name; none = not signed in.
    pub name: Option<String>,
    /// Their role, if it is a person.
    pub role: Option<crate::account::Role>,
    /// What they may do.
    pub permissions: Permissions,
    /// The site's zone.
    pub zone: String,
}
