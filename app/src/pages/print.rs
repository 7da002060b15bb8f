//! Labels to be printed.

use std::sync::Arc;

use domain::{
    qr::Matrix,
    view::{Sheet, SheetLabel},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::errors::failed;
use crate::{
    addresses::{self, ListQuery, parameter},
    browser,
    components::{
        drawing::{Drawing, FIRST},
        empty::empty,
        field::{Input, hidden},
        head::{breadcrumb, page_head},
        icon::{Icon, icon},
    },
    context,
    forms::selections::Picked,
    load::{Answer, Ask, Loading},
    sheet::{Grid, Preset, grouped, wrapped},
    text::{fill, later::later_text, text},
    times,
};

/// What is free inside a label, in millimetres.
const PADDING: f64 = 2.0;

/// The page.
#[component]
pub(super) fn Print() -> impl IntoView {
    let search = use_location().search;
    // Another grid is no other sheet.
    let query = Memo::new(move |_| search.with(|search| asked(search)));
    let sheet = Loading::new(move || (Ask::Sheet(query.get()), 0));
    let body = sheet.show(
        move |answer, _| match answer.and_then(Answer::read::<Sheet>) {
            Ok(sheet) if sheet.labels.is_empty() => {
                let words = &later_text().print;
                let back =
                    view! { <a class="btn" href=addresses::TOKENS>{text().tokens.title}</a> };
                empty(
                    Icon::SearchX,
                    2,
                    words.nothing_title,
                    words.nothing.into(),
                    back.into_any(),
                )
            }
            Ok(sheet) => (move || {
                let sheet = sheet.clone();
                search.with(|search| labels(sheet, search))
            })
            .into_any(),
            Err(error) => failed(&error),
        },
    );
    let words = &later_text().print;
    let above = vec![(text().tokens.title.into(), addresses::TOKENS.into())];
    let print = view! {
        <button
            type="button"
            class="btn btn-primary needs-script"
            on:click=move |_| browser::print()
        >
            {icon(Icon::Printer)}
            {words.print}
        </button>
    };
    view! {
        <div class="not-printed">
            {breadcrumb(above, words.title.into())}
            {page_head(words.title, words.facts.into_any(), print.into_any())}
            {move || search.with(|search| layout(search))}
        </div>
        {body}
    }
    .into_any()
}

/// The tokens that an address names, as one parameter says them.
fn ids(search: &str) -> Option<String> {
    match Picked::parse(search) {
        Ok(Picked::Named(uids)) => {
            let uids: Vec<String> = uids.iter().map(ToString::to_string).collect();
            Some(uids.join(","))
        }
        Ok(Picked::Matching(_)) | Err(_) => None,
    }
}

/// What of an address says which tokens, as a query.
fn asked(search: &str) -> String {
    match ids(search) {
        Some(ids) => format!("ids={}", addresses::encoded(&ids)),
        None => ListQuery::parse(search).on_page(1).query(),
    }
}

/// Which paper: a form that a browser sends by itself.
fn layout(search: &str) -> AnyView {
    let words = &later_text().print;
    let chosen = Preset::parse(search);
    let grid = Grid::parse(search);
    let kept = match ids(search) {
        Some(ids) => vec![("ids", ids)],
        None => ListQuery::parse(search).on_page(1).pairs(),
    };
    let kept = hidden(kept);
    let option = |preset: Preset| {
        let name = match preset {
            Preset::A4x24 => words.a4_24,
            Preset::A4x40 => words.a4_40,
            Preset::Letter30 => words.letter_30,
            Preset::Single => words.single,
            Preset::Own => words.own,
        };
        view! {
            <option value=preset.as_str() selected=preset == chosen>
                {name}
            </option>
        }
    };
    let own = (chosen == Preset::Own).then(|| {
        let count = |name, label: &'static str, value: u32, max| {
            view! { <Input name label kind="number" min="1" max value=value.to_string() /> }.into_any()
        };
        let length = |name, label: &'static str, value: f64, max| {
            view! {
                <Input name label kind="number" min="0" max step="any" unit="mm" value=value.to_string() />
            }
            .into_any()
        };
        view! {
            <div class="field">
                <label class="label" for="paper">{words.paper}</label>
                <select class="input" id="paper" name="paper">
                    <option value="a4">"A4"</option>
                    <option value="letter" selected=grid.paper.as_str() == "letter">"Letter"</option>
                </select>
            </div>
            {count("columns", words.columns, grid.columns, "8")}
            {count("rows", words.rows, grid.rows, "16")}
            {length("margin_x", words.margin_x, grid.margin_x, "50")}
            {length("margin_y", words.margin_y, grid.margin_y, "50")}
            {length("gap_x", words.gap_x, grid.gap_x, "8")}
            {length("gap_y", words.gap_y, grid.gap_y, "8")}
        }
    });
    view! {
        <form method="get" action=addresses::PRINT class="card card-body sheet-form">
            {kept}
            <div class="field">
                <label class="label" for="grid">{words.grid}</label>
                <select class="input" id="grid" name="grid">
                    {Preset::ALL.map(option).collect_view()}
                </select>
            </div>
            {own}
            <button class="btn">{words.apply}</button>
        </form>
    }
    .into_any()
}

fn labels(sheet: Sheet, search: &str) -> AnyView {
    let text = text();
    let words = &later_text().print;
    let grid = Grid::parse(search);
    let part = parameter(search, "part")
        .and_then(|part| part.parse::<usize>().ok())
        .unwrap_or(1)
        .max(1);
    let start = ((part - 1) * FIRST).min(sheet.labels.len());
    let count = sheet.labels.len() - start;
    let pages = count.div_ceil(grid.per_page());
    // A page of paper is drawn as a whole.
    let drawing = Drawing::new(count, grid.per_page());
    let labels = Arc::new(sheet.labels);
    let number = |n: usize| text.number(n as u64);
    let cut = (sheet.total.number > labels.len() as u64).then(|| {
        let gaps = [
            ("n", number(labels.len())),
            ("total", text.count(sheet.total)),
        ];
        let told = fill(
            words.cut,
            &gaps.each_ref().map(|(gap, n)| (*gap, n.as_str())),
        );
        view! { <p class="faint">{told}</p> }
    });
    let next = (start + FIRST < labels.len()).then(|| {
        let address = format!(
            "{}?{}&grid={}&part={}",
            addresses::PRINT,
            asked(search),
            Preset::parse(search).as_str(),
            part + 1
        );
        view! { <a class="btn plain-only" href=address>{words.next}</a> }
    });
    let codes = sheet.codes;
    let origin: Arc<str> = context::origin().into();
    let pages = (0..pages).map(|page| {
        let labels = labels.clone();
        let origin = origin.clone();
        let ready = Memo::new(move |_| drawing.has(page * grid.per_page()));
        move || {
            ready.get().then(|| {
                let from = start + page * grid.per_page();
                let to = (from + grid.per_page()).min(labels.len());
                let draw = |value: &str| codes.draw(value, &origin).ok();
                sheet_page(labels.get(from..to).unwrap_or_default(), grid, &draw)
            })
        }
    });
    view! {
        <div class="not-printed sheet-state">
            {drawing.state(words.drawn)} {cut} {next}
        </div>
        <div class="sheets">{pages.collect_view()}</div>
    }
    .into_any()
}

/// Draws the code of a value.
type Draw<'a> = dyn Fn(&str) -> Option<Matrix> + 'a;

/// A page of paper, a unit a millimetre.
fn sheet_page(labels: &[SheetLabel], grid: Grid, draw: &Draw<'_>) -> AnyView {
    let (width, height) = grid.paper.size();
    let labels = (0..).zip(labels).map(|(n, label)| {
        let (x, y) = grid.place(n);
        view! { <g transform=format!("translate({x:.2} {y:.2})")>{one(label, grid, draw)}</g> }
    });
    view! {
        <svg
            class=format!("sheet sheet-{}", grid.paper.as_str())
            viewBox=format!("0 0 {width} {height}")
        >
            {labels.collect_view()}
        </svg>
    }
    .into_any()
}

/// A label: the code, and beside or below it what it is.
fn one(label: &SheetLabel, grid: Grid, draw: &Draw<'_>) -> AnyView {
    let text = text();
    // Every value has a code; see `Value::MAX_BYTES`.
    let Some(matrix) = draw(&label.value) else {
        return ().into_any();
    };
    let (width, height) = grid.label();
    let (inner_width, inner_height) = (width - 2.0 * PADDING, height - 2.0 * PADDING);
    let beside = width >= 1.4 * height;
    let code = if beside {
        inner_height.min(inner_width * 0.6)
    } else {
        inner_width.min(inner_height * 0.7)
    };
    let size = (inner_height / 12.0).clamp(1.6, 2.8);
    let line = size * 1.25;
    let (x, mut y, room, tall) = if beside {
        let room = inner_width - code - 1.0;
        (PADDING + code + 1.0, PADDING + size, room, inner_height)
    } else {
        let tall = inner_height - code;
        (PADDING, PADDING + code + size, inner_width, tall)
    };
    let lines = whole(tall / line).max(2);
    // How wide a sign is, of its height: all alike in the one face, on the average in the other.
    let mono = whole(room / (size * 0.61));
    let wide = whole(room / (size * 0.56));
    let name = wrapped(&label.label, wide, 2.min(lines - 1));
    let valid = wrapped(&validity(label), wide, 2.min(lines - name.len()));
    let value = wrapped(
        &grouped(&label.value),
        mono,
        lines - name.len() - valid.len(),
    );
    let rows = name.into_iter().map(|line| ("sheet-name", line));
    let rows = rows.chain(value.into_iter().map(|line| ("sheet-value", line)));
    let rows = rows.chain(valid.into_iter().map(|line| ("", line)));
    let caption = rows.map(|(class, words)| {
        let at = y;
        y += line;
        view! {
            <text class=class x=format!("{x:.2}") y=format!("{at:.2}") font-size=format!("{size:.2}")>
                {words}
            </text>
        }
    });
    let module = code / f64::from(matrix.full_width());
    let alt = fill(text.token.code_alt, &[("value", &label.value)]);
    view! {
        <path
            role="img"
            aria-label=alt
            transform=format!("translate({PADDING} {PADDING}) scale({module:.4})")
            shape-rendering="crispEdges"
            d=matrix.svg_path()
        ></path>
        {caption.collect_view()}
    }
    .into_any()
}

fn validity(label: &SheetLabel) -> String {
    let text = text();
    let words = &text.rules;
    let told = |local| times::date_time(text, local);
    match (label.from, label.to) {
        (None, None) => String::new(),
        (Some(from), None) => fill(words.from, &[("from", &told(from))]),
        (None, Some(to)) => fill(words.until, &[("to", &told(to))]),
        (Some(from), Some(to)) => {
            let (start, end) = times::span(text, from, to);
            format!("{start} – {end}")
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of lines or letters on a label"
)]
fn whole(number: f64) -> usize {
    number.max(0.0) as usize
}
