//! What a filter asks for besides search and status, as one condition.

use domain::token::{Bounds, Span, TimeOf};
use sqlx::QueryBuilder;

use super::Db;
use crate::store::at::At;

const USES: &str = "uses";

/// What must hold of a row; nothing if there are no bounds. `before` says what stands before a column.
pub(super) fn push(
    sql: &mut QueryBuilder<Db>,
    bounds: &Bounds,
    before: impl Fn(&'static str) -> &'static str,
) {
    let mut joint = "";
    for (of, span) in &bounds.times {
        let column = column(*of);
        sql.push(joint);
        push_span(sql, before(column), column, *span);
        joint = " and ";
    }
    if let Some(least) = bounds.least_uses {
        sql.push(joint).push("(uses >= ");
        sql.push_bind(i64::from(least)).push(" or uses = -1)");
        joint = " and ";
    }
    if let Some(most) = bounds.most_uses {
        sql.push(joint).push("uses between 0 and ");
        sql.push_bind(i64::from(most));
    }
}

/// Each bound by itself, with its column.
pub(super) fn each(bounds: &Bounds) -> Vec<(&'static str, Bounds)> {
    let times = bounds.times.iter().map(|(of, span)| {
        let alone = Bounds {
            times: vec![(*of, *span)],
            ..Bounds::default()
        };
        (column(*of), alone)
    });
    let uses = Bounds {
        times: Vec::new(),
        ..bounds.clone()
    };
    let uses = (!uses.is_empty()).then_some((USES, uses));
    times.chain(uses).collect()
}

/// A time that is not set makes a comparison null, which does not hold.
fn push_span(sql: &mut QueryBuilder<Db>, before: &str, column: &str, span: Span) {
    let Span::Within(since, until) = span else {
        sql.push(format_args!("{before}{column} is null"));
        return;
    };
    sql.push(format_args!("{before}{column} is not null"));
    if let Some(since) = since {
        sql.push(format_args!(" and {before}{column} >= "))
            .push_bind(At(since));
    }
    if let Some(until) = until {
        sql.push(format_args!(" and {before}{column} < "))
            .push_bind(At(until));
    }
}

fn column(of: TimeOf) -> &'static str {
    match of {
        TimeOf::Created => "created",
        TimeOf::ValidFrom => "valid_from",
        TimeOf::ValidTo => "valid_to",
        TimeOf::LastUsed => "last_used",
    }
}
