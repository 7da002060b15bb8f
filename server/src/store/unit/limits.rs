//! What a filter asks for besides search and status, as one condition.

use domain::token::{Limits, Span, TimeOf};
use sqlx::QueryBuilder;

use super::Db;
use crate::store::at::At;

const USES: &str = "uses";

/// What must hold of a row; nothing if there are no limits. `before` says what stands before a column.
pub(super) fn push(
    sql: &mut QueryBuilder<Db>,
    limits: &Limits,
    before: impl Fn(&'static str) -> &'static str,
) {
    let mut joint = "";
    for (of, span) in &limits.times {
        let column = column(*of);
        sql.push(joint);
        push_span(sql, before(column), column, *span);
        joint = " and ";
    }
    if let Some(least) = limits.least_uses {
        sql.push(joint).push("(uses >= ");
        sql.push_bind(i64::from(least)).push(" or uses = -1)");
        joint = " and ";
    }
    if let Some(most) = limits.most_uses {
        sql.push(joint).push("uses between 0 and ");
        sql.push_bind(i64::from(most));
    }
}

/// Each limit by itself, with its column.
pub(super) fn each(limits: &Limits) -> Vec<(&'static str, Limits)> {
    let times = limits.times.iter().map(|(of, span)| {
        let alone = Limits {
            times: vec![(*of, *span)],
            ..Limits::default()
        };
        (column(*of), alone)
    });
    let uses = Limits {
        times: Vec::new(),
        ..limits.clone()
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
