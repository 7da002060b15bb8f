//! Times of a page, where somebody points at them or comes to them, and the clock of the device.

use chrono::TimeDelta;
use js_sys::{Array, Date, Intl::DateTimeFormat, Object, Reflect};
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::element;

/// Where the lines of a title stand that is told by other means.
const TOLD: &str = "data-clocks";

/// How far what is shown beside something stays from the edges of the screen, in pixels.
const EDGE: i32 = 8;

/// How far the device's clock is ahead of UTC at that time, in milliseconds since 1970.
pub(crate) fn zone_offset(millis: i64) -> TimeDelta {
    #[expect(clippy::cast_precision_loss, reason = "exact up to the year 287396")]
    let date = Date::new(&(millis as f64).into());
    #[expect(clippy::cast_possible_truncation, reason = "minutes of at most a day")]
    let behind = date.get_timezone_offset() as i64;
    TimeDelta::minutes(-behind)
}

/// The name of the device's time zone.
pub(crate) fn zone_name() -> String {
    let options = DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    let name = Reflect::get(&options, &"timeZone".into());
    name.ok()
        .and_then(|name| name.as_string())
        .unwrap_or_default()
}

/// The time in which something happened.
pub(crate) fn time_of(event: &web_sys::Event) -> Option<HtmlElement> {
    let element: Element = event.target()?.dyn_into().ok()?;
    element.closest("time").ok()??.dyn_into().ok()
}

/// The time at which somebody points.
pub(crate) fn pointed_time() -> Option<HtmlElement> {
    first("time:hover")
}

/// Whether somebody points at what is shown beside a time, or at that time, or has come to it.
pub(crate) fn is_attended(id: &str) -> bool {
    let anchor = format!("[aria-describedby={id}]");
    first(&format!("#{id}:hover, {anchor}:hover, {anchor}:focus")).is_some()
}

/// The instant of a time, in milliseconds since 1970, and the lines of its title, which the browser no longer shows.
pub(crate) fn clocks_of(time: &HtmlElement) -> (i64, String) {
    // A row that was drawn anew for another token has another.
    if let Some(title) = time.get_attribute("title") {
        let _ = time.set_attribute(TOLD, &title);
        let _ = time.remove_attribute("title");
    }
    #[expect(clippy::cast_possible_truncation, reason = "a date is in the range")]
    let millis = Date::parse(&time.get_attribute("datetime").unwrap_or_default()) as i64;
    (millis, time.get_attribute(TOLD).unwrap_or_default())
}

/// Shows the popover of that id beside `anchor`, which it describes.
pub(crate) fn show_beside(id: &str, anchor: &HtmlElement) {
    forget(id);
    let _ = anchor.set_attribute("aria-describedby", id);
    if let Some(popover) = element::<HtmlElement>(id) {
        let _ = popover.show_popover();
        place(&popover, anchor);
    }
}

/// Hides it.
pub(crate) fn hide_beside(id: &str) {
    forget(id);
    super::hide_popover(id);
}

/// Puts it where what it describes has gone.
pub(crate) fn place_again(id: &str) {
    if let (Some(popover), Some(anchor)) = (element(id), first(&format!("[aria-describedby={id}]")))
    {
        place(&popover, &anchor);
    }
}

fn forget(id: &str) {
    if let Some(anchor) = first(&format!("[aria-describedby={id}]")) {
        let _ = anchor.remove_attribute("aria-describedby");
    }
}

/// Below `anchor`, or above it where there is no room.
fn place(popover: &HtmlElement, anchor: &HtmlElement) {
    let Some(root) = document().document_element() else {
        return;
    };
    let at = anchor.get_bounding_client_rect();
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
    let [left, above, below] = [at.left(), at.top(), at.bottom()].map(|edge| edge as i32);
    let (width, height) = (popover.offset_width(), popover.offset_height());
    let left = left.min(root.client_width() - width - EDGE).max(EDGE);
    let top = if below + height + EDGE > root.client_height() && above > height {
        above - height
    } else {
        below
    };
    let style = popover.style();
    let _ = style.set_property("left", &format!("{left}px"));
    let _ = style.set_property("top", &format!("{top}px"));
}

fn first(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}
