//! `tessera export …`

use std::io::{BufWriter, Write as _, stdout};

use clap::{Args, ValueEnum};
use domain::{Actor, Service, Token, service::TokenQuery, usage::Usage};
use serde_json::{Value, json};

use super::{explain, service};
use crate::config::DatabaseConfig;

/// Write tokens or their attempts to standard output.
#[derive(Args)]
pub(super) struct ExportCommand {
    /// What.
    what: What,
    /// As what.
    #[arg(long, default_value = "csv")]
    format: Format,
    #[command(flatten)]
    database: DatabaseConfig,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// All tokens, newest first.
    Tokens,
    /// All attempts, oldest first.
    Usage,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line of names, then a line for each (RFC 4180).
    Csv,
    /// An object a line.
    Jsonl,
}

/// Rows that are fetched at once.
const CHUNK: u32 = 1000;

impl ExportCommand {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let service = service(&self.database).await?;
        match self.what {
            What::Tokens => tokens(&service, self.format).await,
            What::Usage => usage(&service, self.format).await,
        }
    }
}

async fn tokens(service: &Service, format: Format) -> anyhow::Result<()> {
    let mut writer = Writer::new(format);
    let mut last = None;
    loop {
        let tokens = service
            .tokens_after(&Actor::Operator, &TokenQuery::default(), last, CHUNK)
            .await;
        let tokens = tokens.map_err(|error| explain(&error))?;
        for token in &tokens {
            writer.row(&token_row(token))?;
        }
        last = tokens.into_iter().last();
        if last.is_none() {
            return writer.finish();
        }
    }
}

async fn usage(service: &Service, format: Format) -> anyhow::Result<()> {
    let mut writer = Writer::new(format);
    let mut last = 0;
    loop {
        let usages = service.usages_after(&Actor::Operator, last, CHUNK).await;
        let usages = usages.map_err(|error| explain(&error))?;
        for (_, usage) in &usages {
            writer.row(&usage_row(usage))?;
        }
        match usages.last() {
            Some((number, _)) => last = *number,
            None => return writer.finish(),
        }
    }
}

type Row = Vec<(&'static str, Value)>;

fn token_row(token: &Token) -> Row {
    let time = |at: Option<chrono::DateTime<chrono::Utc>>| json!(at.map(|at| at.to_rfc3339()));
    vec![
        ("uid", json!(token.uid)),
        ("value", json!(token.value)),
        ("label", json!(token.label)),
        ("valid_from", time(token.window.from)),
        ("valid_to", time(token.window.to)),
        ("usage_count", json!(token.uses.number())),
        ("used", json!(token.used)),
        ("lock_time", json!(token.lock)),
        ("disabled", time(token.disabled)),
        ("last_used", time(token.last_used)),
        ("creator", json!(token.creator)),
        ("created", time(Some(token.created))),
        ("modified", time(Some(token.modified))),
    ]
}

fn usage_row(usage: &Usage) -> Row {
    vec![
        ("token_uid", json!(usage.token_uid)),
        ("token_value", json!(usage.token_value)),
        ("at", json!(usage.at.to_rfc3339())),
        ("error_code", json!(usage.outcome.error_code())),
        ("user", json!(usage.actor)),
    ]
}

/// Writes rows to standard output.
struct Writer {
    format: Format,
    out: BufWriter<std::io::Stdout>,
    begun: bool,
}

impl Writer {
    fn new(format: Format) -> Self {
        Self {
            format,
            out: BufWriter::new(stdout()),
            begun: false,
        }
    }

    fn row(&mut self, row: &Row) -> anyhow::Result<()> {
        if self.format == Format::Jsonl {
            let object: serde_json::Map<String, Value> = row
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect();
            writeln!(self.out, "{}", Value::Object(object))?;
            return Ok(());
        }
        if !self.begun {
            let names: Vec<_> = row.iter().map(|(name, _)| *name).collect();
            write!(self.out, "{}\r\n", names.join(","))?;
            self.begun = true;
        }
        let cells: Vec<_> = row.iter().map(|(_, value)| csv_cell(value)).collect();
        write!(self.out, "{}\r\n", cells.join(","))?;
        Ok(())
    }

    fn finish(mut self) -> anyhow::Result<()> {
        Ok(self.out.flush()?)
    }
}

/// A value as a cell of RFC 4180, byte for byte: what reads this is a program. (A spreadsheet would run a text that
/// begins with `=` as a formula; the export of the pages, which people open in one, has to see to that.)
fn csv_cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => {
            if text.contains([',', '"', '\r', '\n']) {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text.clone()
            }
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_holds_what_it_was_given() {
        for (value, cell) in [
            (json!(null), ""),
            (json!(-1), "-1"),
            (json!("plain"), "plain"),
            (json!("a,\"b\""), "\"a,\"\"b\"\"\""),
            (json!("=1+1"), "=1+1"),
        ] {
            assert_eq!(csv_cell(&value), cell);
        }
    }
}
