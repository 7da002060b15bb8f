//! What keys do with the list, and where they do nothing.

use crate::addresses;
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlFormElement, HtmlInputElement, KeyboardEvent, NodeList};

/// What a letter is typed into, or what looks for one by itself.
const FIELDS: &str = "textarea, select, [contenteditable], \
    input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=reset])";

/// The boxes of the rows of the list.
const BOXES: &str = "#picks [name=uid]";

/// Where a row of the list begins, whether it is one of a table or a card.
const ROW: &str = "tr, li";

/// Whether keys are for something else: a field, a dialog, a scanner.
pub(crate) fn takes_keys(event: &KeyboardEvent) -> bool {
    let is_in_field = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|target| target.matches(FIELDS).unwrap_or_default());
    is_in_field
        || window()
            .location()
            .pathname()
            // There a scanner is heard, whose values are keys.
            .is_ok_and(|path| path == addresses::SCAN)
        || is_dialog_open()
}

/// Whether a dialog is open, which is what Escape then closes.
pub(crate) fn is_dialog_open() -> bool {
    first("dialog[open]").is_some()
}

/// Comes to the field for searching; whether there is one.
pub(crate) fn focus_search() -> bool {
    let field =
        first("#search [name=q]").and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    let Some(field) = field else {
        return false;
    };
    field.select();
    field.focus().is_ok()
}

/// Comes to the row that is so far from where one is, to its link; none if this page has no rows.
pub(crate) fn move_row(by: i32) -> Option<()> {
    let boxes = all(BOXES)?;
    let here = (0..boxes.length()).find(|n| has_focus(&boxes, *n));
    let last = boxes.length().checked_sub(1)?;
    let next = match here {
        Some(here) => here.saturating_add_signed(by).min(last),
        None => 0,
    };
    let link = row(&boxes, next)?.query_selector("a").ok()??;
    link.dyn_into::<HtmlElement>().ok()?.focus().ok()
}

/// Ticks the box of the row in which one is, or clears it.
pub(crate) fn tick_row() -> Option<()> {
    let boxes = all(BOXES)?;
    let here = (0..boxes.length()).find(|n| has_focus(&boxes, *n))?;
    boxes.get(here)?.dyn_into::<HtmlElement>().ok()?.click();
    Some(())
}

/// Brings what is chosen in a list into sight.
pub(crate) fn show(id: &str) {
    if let Some(element) = super::element::<Element>(id) {
        let nearest = web_sys::ScrollIntoViewOptions::new();
        nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&nearest);
    }
}

/// Sends the form that posts there, as its button would.
pub(crate) fn submit_form_to(path: &str) {
    let form = first(&format!("form[action='{path}']"));
    if let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) {
        let _ = form.request_submit();
    }
}

fn has_focus(boxes: &NodeList, n: u32) -> bool {
    let active = document().active_element();
    row(boxes, n).is_some_and(|row| row.contains(active.as_deref()))
}

fn row(boxes: &NodeList, n: u32) -> Option<Element> {
    let found: Element = boxes.get(n)?.dyn_into().ok()?;
    found.closest(ROW).ok()?
}

fn all(selector: &str) -> Option<NodeList> {
    document().query_selector_all(selector).ok()
}

fn first(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok()?
}
