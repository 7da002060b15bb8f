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
    pub const MAX_SIZE: u32 = 200;

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

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// Which page it is.
    pub request: PageRequest,
    /// How many items there are on all pages.
    pub total: u64,
}

impl<T> Page<T> {
    /// How many pages there are; at least one.
    pub fn pages(&self) -> u32 {
        let pages = self.total.div_ceil(u64::from(self.request.size)).max(1);
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
            total,
        };
        assert_eq!(
            [0, 1, 50, 51, 101].map(|total| page(total).pages()),
            [1, 1, 1, 2, 3]
        );
        assert_eq!(PageRequest::new(0, 0), PageRequest { number: 1, size: 1 });
        assert_eq!(PageRequest::new(3, 9_999).offset(), 400);
    }
}
