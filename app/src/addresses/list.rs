//! Which part of the list of tokens is shown, as its address says it.

use domain::{
    page::PageRequest,
    token::{Order, OrderBy, Status, TimeOf},
};

use super::{CODES, TOKENS, encoded, parameter};

/// How the filters by uses that are left are called: at least, at most.
pub(crate) const USES_FILTERS: [&str; 2] = ["uses_from", "uses_to"];

/// How the filter by a batch is called: the microsecond since 1970 in which the first of it was made, and how many they
/// are, `1700000000000000-50`.
pub(crate) const BATCH: &str = "batch";

/// How wide codes can be in the list, in percent of what is usual.
pub(crate) const SIZES: [u32; 6] = [50, 75, USUAL_SIZE, 150, 200, 300];
pub(crate) const USUAL_SIZE: u32 = 100;

/// How many tokens a page of codes can have besides as many as is usual. The last are as many as can be made at once.
pub(crate) const PER_PAGE: [u32; 2] = [200, 1000];

/// Which part of the list is shown. All of it stands in the address; what is as usual does not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListQuery {
    /// A part of value or label.
    pub search: String,
    /// Only these.
    pub status: Option<Status>,
    /// What else is asked for: names of [`ListQuery::filters_of`] and [`USES_FILTERS`], as they were typed.
    pub filters: Vec<(&'static str, String)>,
    /// Sorted so.
    pub order: Order,
    /// The first page is 0 here, so that it is the default.
    pub pages_before: u32,
    /// Tokens a page, where they are not as many as usual: one of [`PER_PAGE`].
    pub per_page: Option<u32>,
    /// Codes in the place of rows, so wide: one of [`SIZES`].
    pub codes: Option<u32>,
}

impl ListQuery {
    /// What the query of an address says; what it says wrong is as usual.
    pub(crate) fn parse(query: &str) -> Self {
        let get = |name| parameter(query, name);
        let by = get("sort").and_then(|by| OrderBy::parse(&by));
        let order = by.map_or_else(Order::default, |by| Order {
            by,
            descending: get("order").is_some_and(|order| order == "desc"),
        });
        Self {
            search: get("q").unwrap_or_default(),
            status: get("status").and_then(|status| Status::parse(&status)),
            filters: TimeOf::ALL
                .into_iter()
                .flat_map(Self::filters_of)
                .chain(USES_FILTERS)
                .chain([BATCH])
                .filter_map(|name| Some((name, get(name).filter(|value| !value.is_empty())?)))
                .collect(),
            order,
            pages_before: get("page")
                .and_then(|page| page.parse::<u32>().ok())
                .map_or(0, |page| page.saturating_sub(1)),
            per_page: get("per")
                .and_then(|number| number.parse().ok())
                .filter(|number| PER_PAGE.contains(number)),
            codes: get("size").map(|size| {
                let size = size.parse().ok().filter(|size| SIZES.contains(size));
                size.unwrap_or(USUAL_SIZE)
            }),
        }
    }

    /// How the filters by a time are called: by the name of days, from one, to another.
    pub(crate) fn filters_of(of: TimeOf) -> [&'static str; 3] {
        match of {
            TimeOf::Created => ["created", "created_from", "created_to"],
            TimeOf::ValidFrom => ["begins", "begins_from", "begins_to"],
            TimeOf::ValidTo => ["ends", "ends_from", "ends_to"],
            TimeOf::LastUsed => ["used", "used_from", "used_to"],
        }
    }

    /// What is asked for by the filter of that name.
    pub(crate) fn filter(&self, name: &str) -> Option<&str> {
        let mut filters = self.filters.iter();
        filters
            .find(|(other, _)| *other == name)
            .map(|(_, value)| value.as_str())
    }

    /// The same without these filters, from its first page.
    pub(crate) fn without(&self, names: &[&str]) -> Self {
        let mut query = self.on_page(1);
        query.filters.retain(|(name, _)| !names.contains(name));
        query
    }

    /// The same without what the page of the filters asks for.
    pub(crate) fn without_filters(&self) -> Self {
        let mut query = self.on_page(1);
        query.filters.retain(|(name, _)| *name == BATCH);
        query
    }

    /// The same as rows, or as codes of that size.
    pub(crate) fn shown_as(&self, codes: Option<u32>) -> Self {
        if self.codes.is_some() && codes.is_some() {
            return Self {
                codes,
                ..self.clone()
            };
        }
        Self {
            codes,
            ..self.with_per_page(None)
        }
    }

    /// The same with so many tokens a page, from its first page if these are others than before.
    pub(crate) fn with_per_page(&self, per_page: Option<u32>) -> Self {
        let is_same = self.per_page == per_page;
        Self {
            per_page,
            pages_before: if is_same { self.pages_before } else { 0 },
            ..self.clone()
        }
    }

    /// All tokens, shown the same way.
    pub(crate) fn every(&self) -> Self {
        Self {
            per_page: self.per_page,
            codes: self.codes,
            ..Self::default()
        }
    }

    /// The page, from 1.
    pub(crate) fn page(&self) -> u32 {
        self.pages_before.saturating_add(1)
    }

    /// Whether only some tokens are asked for.
    pub(crate) fn is_filtered(&self) -> bool {
        !self.search.is_empty() || self.status.is_some() || !self.filters.is_empty()
    }

    /// Another page of the same.
    pub(crate) fn on_page(&self, page: u32) -> Self {
        Self {
            pages_before: page.saturating_sub(1),
            ..self.clone()
        }
    }

    /// The same with another status, from its first page.
    pub(crate) fn with_status(&self, status: Option<Status>) -> Self {
        Self {
            status,
            pages_before: 0,
            ..self.clone()
        }
    }

    /// The same with another search, from its first page.
    pub(crate) fn with_search(&self, search: String) -> Self {
        Self {
            search,
            pages_before: 0,
            ..self.clone()
        }
    }

    /// What a click on a column's head leads to: upwards, downwards, as usual.
    pub(crate) fn sorted_by(&self, by: OrderBy) -> Self {
        let order = match self.order {
            order if order.by != by => Order {
                by,
                descending: false,
            },
            Order {
                descending: false, ..
            } => Order {
                by,
                descending: true,
            },
            Order { .. } if by == OrderBy::default() => Order {
                by,
                descending: false,
            },
            Order { .. } => Order::default(),
        };
        Self {
            order,
            pages_before: 0,
            ..self.clone()
        }
    }

    /// Name and value of what is not as usual.
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if !self.search.is_empty() {
            pairs.push(("q", self.search.clone()));
        }
        if let Some(status) = self.status {
            pairs.push(("status", status.as_str().to_owned()));
        }
        pairs.extend(self.filters.iter().cloned());
        if self.order != Order::default() {
            pairs.push(("sort", self.order.by.as_str().to_owned()));
            if self.order.descending {
                pairs.push(("order", "desc".to_owned()));
            }
        }
        if self.pages_before > 0 {
            pairs.push(("page", self.page().to_string()));
        }
        pairs.extend(self.per_page.map(|number| ("per", number.to_string())));
        pairs.extend(self.codes.map(|size| ("size", size.to_string())));
        pairs
    }

    /// The query of its address.
    pub(crate) fn query(&self) -> String {
        let pairs = self.pairs().into_iter();
        let pairs: Vec<String> = pairs
            .map(|(name, value)| format!("{name}={}", encoded(&value)))
            .collect();
        pairs.join("&")
    }

    /// The address of this part of the list.
    pub(crate) fn address(&self) -> String {
        self.at(self.path())
    }

    /// The page that shows it.
    pub(crate) fn path(&self) -> &'static str {
        if self.codes.is_some() { CODES } else { TOKENS }
    }

    /// The address of another page for the same tokens.
    pub(crate) fn at(&self, page: &str) -> String {
        match self.query() {
            query if query.is_empty() => page.to_owned(),
            query => format!("{page}?{query}"),
        }
    }
}

/// The codes of so many tokens that were made together, the first of them in this microsecond since 1970.
pub(crate) fn batch(first: i64, count: usize) -> String {
    let usual = PageRequest::DEFAULT_SIZE as usize;
    let mut larger = PER_PAGE.into_iter();
    let per_page = (count > usual).then(|| larger.find(|size| *size as usize >= count));
    let query = ListQuery {
        filters: vec![(BATCH, format!("{first}-{count}"))],
        per_page: per_page.flatten(),
        codes: Some(USUAL_SIZE),
        ..ListQuery::default()
    };
    query.address()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_as_usual_stays_out_of_the_address() {
        assert_eq!(ListQuery::default().address(), "/tokens");
        let query = ListQuery {
            search: "a & b".into(),
            status: Some(Status::UsedUp),
            filters: vec![("ends", "next-7".into()), ("uses_to", "3".into())],
            order: Order {
                by: OrderBy::Label,
                descending: true,
            },
            pages_before: 2,
            ..ListQuery::default()
        };
        assert_eq!(
            query.address(),
            "/tokens?q=a%20%26%20b&status=used_up&ends=next-7&uses_to=3&sort=label&order=desc&page=3"
        );
        assert_eq!(
            ListQuery::parse(
                "?q=a+%26%20b&uses_to=3&created=&status=used_up&ends=next-7&sort=label&order=desc&page=3"
            ),
            query
        );
    }

    #[test]
    fn codes_have_a_page_of_their_own_with_the_same_filters() {
        let rows = ListQuery::parse("?q=a&page=3");
        let codes = rows.shown_as(Some(150));
        assert_eq!(codes.address(), "/tokens/codes?q=a&page=3&size=150");
        assert_eq!(codes.shown_as(None), rows);
        let many = codes.with_per_page(Some(1000));
        assert_eq!(many.address(), "/tokens/codes?q=a&per=1000&size=150");
        assert_eq!(many.shown_as(Some(50)).per_page, Some(1000));
        assert_eq!(many.shown_as(None).address(), "/tokens?q=a");
        assert_eq!(many.every().address(), "/tokens/codes?per=1000&size=150");
        assert_eq!(
            batch(1_700_000_000_000_000, 2),
            "/tokens/codes?batch=1700000000000000-2&size=100"
        );
        assert_eq!(batch(7, 51), "/tokens/codes?batch=7-51&per=200&size=100");
        assert_eq!(
            batch(7, 1000),
            "/tokens/codes?batch=7-1000&per=1000&size=100"
        );
        let odd = ListQuery::parse("?per=7&size=1e9");
        assert_eq!((odd.per_page, odd.codes), (None, Some(100)));
    }

    #[test]
    fn a_column_is_sorted_up_then_down_then_as_usual() {
        let up = ListQuery::default().sorted_by(OrderBy::Uses);
        assert_eq!(
            up.order,
            Order {
                by: OrderBy::Uses,
                descending: false
            }
        );
        let down = up.sorted_by(OrderBy::Uses);
        assert_eq!(
            down.order,
            Order {
                by: OrderBy::Uses,
                descending: true
            }
        );
        assert_eq!(down.sorted_by(OrderBy::Uses).order, Order::default());
        let oldest = ListQuery::default().sorted_by(OrderBy::Created);
        assert_eq!(
            oldest.order,
            Order {
                by: OrderBy::Created,
                descending: false
            }
        );
    }
}
