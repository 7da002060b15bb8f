//! Numbered pages of a list.

use serde::{Deserialize, Serialize};

/// Which page is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRequest {
    /// The first page is 1.
    pub number: u32,
    /// Items a page.
    pub size: u32,
}

impl PageRequest {
    /// Items a page unless somebody asks for another number.
    pub const DEFAULT_SIZE: u32 = 50;
    /// The most items a page.
    pub const MAX_SIZE: u32 = 1000;

    /// A page of the attempts on one token: fewer, for more stands on its page.
    pub fn of_attempts(number: u32) -> Self {
        Self::new(number, 20)
    }

    /// A page with a size that makes sense.
    pub fn new(number: u32, size: u32) -> Self {
        Self {
            number: number.max(1),
            size: size.clamp(1, Self::MAX_SIZE),
        }
    }

    /// How many items come before it.
    pub fn offset(self) -> u64 {
        u64::from(self.number - 1) * u64::from(self.size)
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self::new(1, Self::DEFAULT_SIZE)
    }
}

/// How many there are. Counting takes as long as there are many, and nobody tells a million from a million and one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// So many were counted.
    pub number: u64,
    /// There are more than that.
    pub is_more: bool,
}

impl Count {
    /// What a count comes to that ends as soon as it is beyond `most`.
    pub fn up_to(most: u64, counted: u64) -> Self {
        Self {
            number: counted.min(most),
            is_more: counted > most,
        }
    }

    /// The same when a page ends after `seen` items, behind which there are others or not.
    fn and_seen(self, seen: u64, has_more: bool) -> Self {
        if self.is_more && seen > self.number {
            Self {
                number: seen,
                is_more: has_more,
            }
        } else {
            self
        }
    }
}

impl From<u64> for Count {
    fn from(number: u64) -> Self {
        Self {
            number,
            is_more: false,
        }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// Which page it is.
    pub request: PageRequest,
    /// How many items there are on all pages.
    pub total: Count,
}

impl<T> Page<T> {
    /// The page of `request`, of items that were fetched with one more behind them, to see whether there is one.
    pub fn of(request: PageRequest, mut items: Vec<T>, total: Count) -> Self {
        let has_more = items.len() > request.size as usize;
        items.truncate(request.size as usize);
        let total = if items.is_empty() {
            total
        } else {
            total.and_seen(request.offset() + items.len() as u64, has_more)
        };
        Self {
            items,
            request,
            total,
        }
    }

    /// How many pages there are that we know of; at least one.
    pub fn pages(&self) -> u32 {
        let known = self.total.number + u64::from(self.total.is_more);
        let pages = known.div_ceil(u64::from(self.request.size)).max(1);
        u32::try_from(pages).unwrap_or(u32::MAX)
    }

    /// The same page of other items.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            request: self.request,
            total: self.total,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_count_from_one_and_cover_all() {
        let page = |total| Page::<()> {
            items: vec![],
            request: PageRequest::default(),
            total: Count::from(total),
        };
        assert_eq!(
            [0, 1, 50, 51, 101].map(|total| page(total).pages()),
            [1, 1, 1, 2, 3]
        );
        assert_eq!(PageRequest::new(0, 0), PageRequest { number: 1, size: 1 });
        assert_eq!(PageRequest::new(3, 9_999).offset(), 2000);
    }

    #[test]
    fn beyond_what_is_counted_a_page_tells_whether_there_is_another() {
        let counted = Count::up_to(100, 101);
        let on = |number, items: usize| {
            let page = Page::of(PageRequest::new(number, 50), vec![(); items], counted);
            let Count { number, is_more } = page.total;
            (page.items.len(), number, is_more, page.pages())
        };
        assert_eq!(on(1, 51), (50, 100, true, 3));
        assert_eq!(on(2, 51), (50, 100, true, 3));
        assert_eq!(on(3, 51), (50, 150, true, 4));
        assert_eq!(on(4, 50), (50, 200, false, 4));
        assert_eq!(on(3, 1), (1, 101, false, 3));
        // Nothing is there: how far it is to the end, is not known.
        assert_eq!(on(9, 0), (0, 100, true, 3));
        assert_eq!(Count::up_to(100, 100), Count::from(100));
    }
}
