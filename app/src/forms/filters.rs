//! The filters of the list, as they stand in its address.

use chrono::{DateTime, NaiveDate};
use domain::{
    Error, Field, FlawKind, Status,
    page::PageRequest,
    service::{OnDays, Together, TokenQuery},
    settings,
    time::is_in_range,
    token::{Days, TimeOf},
};

use super::tokens::{self, Flaws};
use crate::addresses::{BATCH, ListQuery, USES_FILTERS};

impl TryFrom<ListQuery> for TokenQuery {
    type Error = Error;

    /// What is asked for, or what is wrong with it: a filter that cannot be read must not show all.
    fn try_from(query: ListQuery) -> Result<Self, Error> {
        let size = query.per_page.unwrap_or(PageRequest::DEFAULT_SIZE);
        let page = PageRequest::new(query.page(), size);
        let status = match query.status {
            None => Vec::new(),
            // Whoever looks for active tokens also means those that end soon.
            Some(Status::Active) => Status::USABLE.to_vec(),
            Some(status) => vec![status],
        };
        let mut flaws = Flaws::default();
        let mut days = Vec::new();
        for of in TimeOf::ALL {
            let asked = flaws.take(of.field(), days_of(&query, of));
            days.extend(asked.map(|days| OnDays { of, days }));
        }
        let batch = flaws.take(Field::Created, together(query.filter(BATCH)));
        let [least, most] = USES_FILTERS;
        let least_uses = flaws.take(Field::Uses, number(query.filter(least)));
        let most_uses = flaws.take(Field::Uses, number(query.filter(most)));
        if let (Some(least), Some(most)) = (least_uses, most_uses)
            && most < least
        {
            flaws.add(Field::Uses, FlawKind::TooSmall { min: least.into() });
        }
        flaws.check()?;
        Ok(Self {
            search: query.search,
            status,
            days,
            batch,
            least_uses,
            most_uses,
            order: query.order,
            page,
        })
    }
}

impl ListQuery {
    /// The same, but for a [`BATCH`] that is none.
    pub(crate) fn without_unreadable_batch(&self) -> Self {
        match together(self.filter(BATCH)) {
            Ok(_) => self.clone(),
            Err(_) => self.without(&[BATCH]),
        }
    }
}

/// The days that a query asks for; a name outweighs dates.
fn days_of(query: &ListQuery, of: TimeOf) -> Result<Option<Days>, FlawKind> {
    let [name, from, to] = ListQuery::filters_of(of);
    if let Some(name) = query.filter(name) {
        return Days::parse(name).map(Some).ok_or(FlawKind::Unknown);
    }
    let (from, to) = (day(query.filter(from))?, day(query.filter(to))?);
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        return Err(FlawKind::EndNotAfterStart);
    }
    let is_asked = from.is_some() || to.is_some();
    Ok(is_asked.then_some(Days::Between(from, to)))
}

fn day(text: Option<&str>) -> Result<Option<NaiveDate>, FlawKind> {
    let day = text.map(|text| tokens::day(text).ok_or(FlawKind::NotADate));
    day.transpose()
}

/// See [`BATCH`].
fn together(text: Option<&str>) -> Result<Option<Together>, FlawKind> {
    let read = |text: &str| {
        let (first, amount) = text.rsplit_once('-')?;
        let first = DateTime::from_timestamp_micros(first.parse().ok()?)?;
        let amount = amount.parse().ok()?;
        is_in_range(first, first.naive_utc()).then_some(Together { first, amount })
    };
    let together = text.map(read);
    match together {
        Some(None) => Err(FlawKind::Unknown),
        together => Ok(together.flatten()),
    }
}

fn number(text: Option<&str>) -> Result<Option<u32>, FlawKind> {
    let Some(text) = text else {
        return Ok(None);
    };
    let number = settings::parse_integer(text)?;
    if number < 0 {
        return Err(FlawKind::TooSmall { min: 0 });
    }
    u32::try_from(number)
        .map(Some)
        .map_err(|_| FlawKind::OutOfRange)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<TokenQuery, Error> {
        ListQuery::parse(query).try_into()
    }

    fn date(text: &str) -> Option<NaiveDate> {
        text.parse().ok()
    }

    #[test]
    fn days_are_asked_for_by_name_or_by_date() {
        let query = read(
            "created=last-7&created_from=nonsense&begins=&ends_from=2026-11-01&\
             ends_to=2026-11-01&used=never&uses_from=1&uses_to=9",
        )
        .unwrap();
        let asked = |of, days| OnDays { of, days };
        let day = date("2026-11-01");
        assert_eq!(
            query.days,
            [
                asked(TimeOf::Created, Days::Last(7)),
                asked(TimeOf::ValidTo, Days::Between(day, day)),
                asked(TimeOf::LastUsed, Days::Never),
            ]
        );
        assert_eq!((query.least_uses, query.most_uses), (Some(1), Some(9)));
    }

    #[test]
    fn what_cannot_be_read_is_said_at_its_field() {
        for (query, field, kind) in [
            ("created=yesterday", Field::Created, FlawKind::Unknown),
            ("batch=today", Field::Created, FlawKind::Unknown),
            ("batch=1700000000000000", Field::Created, FlawKind::Unknown),
            ("begins_from=1.11.26", Field::ValidFrom, FlawKind::NotADate),
            ("ends_to=2026-02-30", Field::ValidTo, FlawKind::NotADate),
            (
                "created_from=%2B262142-12-31",
                Field::Created,
                FlawKind::NotADate,
            ),
            (
                "created_from=-9999-01-01",
                Field::Created,
                FlawKind::NotADate,
            ),
            (
                "batch=-300000000000000000-2",
                Field::Created,
                FlawKind::Unknown,
            ),
            (
                "used_from=2026-11-02&used_to=2026-11-01",
                Field::LastUsed,
                FlawKind::EndNotAfterStart,
            ),
            ("uses_from=many", Field::Uses, FlawKind::NotAnInteger),
            ("uses_to=-1", Field::Uses, FlawKind::TooSmall { min: 0 }),
            (
                "uses_from=2&uses_to=1",
                Field::Uses,
                FlawKind::TooSmall { min: 2 },
            ),
        ] {
            let error = read(query).unwrap_err();
            assert_eq!(error.flaw_of(field), Some(&kind), "{query}");
        }
    }
}
