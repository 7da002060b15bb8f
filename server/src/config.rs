//! What can be set from outside: flags, and for each an environment variable.

use std::{fmt, net::SocketAddr, path::PathBuf};

use clap::Args;
use http::HeaderName;

use crate::{
    limits::{self, Clients, Limit, Network},
    store::{ConnectError, DatabaseUrl},
};

/// Where everything is kept. Each command takes it.
#[derive(Clone, Args)]
pub struct DatabaseConfig {
    /// `sqlite://path/to/file.db` (made if missing) or `postgres://user:password@host/database`.
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite://data/tessera.db",
        hide_env_values = true
    )]
    // Text here: what clap can't read it repeats in its error, and there may be a password in it.
    pub database_url: String,
}

impl DatabaseConfig {
    /// Where that is.
    pub fn url(&self) -> Result<DatabaseUrl, ConnectError> {
        self.database_url.parse()
    }
}

/// What `tessera serve` takes.
#[derive(Clone, Args)]
pub struct ServeConfig {
    /// Where everything is kept.
    #[command(flatten)]
    pub database: DatabaseConfig,

    /// The address and port to listen on.
    #[arg(long, env = "TESSERA_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,

    /// The address under which people reach the site, such as `https://tokens.example`. With https, cookies are kept
    /// to it, and requests from other origins are refused. Default: `http://` and the address listened on.
    #[arg(long, env = "TESSERA_BASE_URL")]
    pub base_url: Option<String>,

    /// The folder with the pages' files, as `cargo xtask build` leaves it.
    #[arg(long, env = "TESSERA_SITE_ROOT", default_value = "target/site")]
    pub site_root: PathBuf,

    /// Attempts to spend that may wait at once; beyond it the answer is 503.
    #[arg(long, env = "TESSERA_QUEUE", default_value_t = 8192)]
    pub queue: usize,

    /// Requests that may be under way at once; beyond it the answer is 503.
    #[arg(long, env = "TESSERA_AT_ONCE", default_value_t = 1024)]
    pub at_once: usize,

    /// How often one API key may ask: requests in seconds, such as `600/60`, or `off`.
    #[arg(long, env = "TESSERA_LIMIT_BY_KEY", default_value = "10000/10")]
    pub limit_by_key: Limit,

    /// How often one address may ask, with or without a key.
    #[arg(long, env = "TESSERA_LIMIT_BY_ADDRESS", default_value = "10000/10")]
    pub limit_by_address: Limit,

    /// Limit clients on this machine as well.
    #[arg(long, env = "TESSERA_LIMIT_LOOPBACK")]
    pub limit_loopback: bool,

    /// The proxies, addresses or networks such as `10.0.0.0/8`, that are believed when they say who asked them.
    #[arg(long, env = "TESSERA_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<Network>,

    /// The header in which they say so: addresses, the last one that of who asked the proxy.
    #[arg(long, env = "TESSERA_PROXY_HEADER", default_value = "x-forwarded-for")]
    pub proxy_header: HeaderName,

    /// Settings to import at the first start, in the format of `tessera settings export`.
    #[arg(long, env = "TESSERA_SETTINGS_FILE")]
    pub settings_file: Option<PathBuf>,

    /// Log lines as JSON objects.
    #[arg(long, env = "TESSERA_LOG_JSON")]
    pub log_json: bool,

    /// Which log lines, in the syntax of `tracing-subscriber`'s filters.
    #[arg(long, env = "TESSERA_LOG", default_value = "info,sqlx=warn")]
    pub log: String,

    /// Print what is in force, secrets redacted, and stop.
    #[arg(long)]
    pub print_config: bool,
}

impl ServeConfig {
    /// The address under which people reach the site, without a slash at its end.
    pub fn base_url(&self) -> String {
        let given = self
            .base_url
            .as_deref()
            .map(|url| url.trim_end_matches('/').to_owned());
        given.unwrap_or_else(|| format!("http://{}", self.listen))
    }

    /// How much clients may ask for.
    pub fn limits(&self) -> limits::Options {
        limits::Options {
            by_key: self.limit_by_key,
            by_address: self.limit_by_address,
            loopback: self.limit_loopback,
            at_once: self.at_once,
            clients: Clients {
                proxies: self.trusted_proxies.clone(),
                header: self.proxy_header.clone(),
            },
        }
    }
}

impl fmt::Display for ServeConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings_file = self
            .settings_file
            .as_deref()
            .map(|path| path.display().to_string());
        match self.database.url() {
            Ok(url) => writeln!(f, "database-url = {url}")?,
            Err(error) => writeln!(f, "database-url can't be used: {error}")?,
        }
        writeln!(f, "listen = {}", self.listen)?;
        writeln!(f, "base-url = {}", self.base_url())?;
        writeln!(f, "site-root = {}", self.site_root.display())?;
        writeln!(f, "queue = {}", self.queue)?;
        writeln!(f, "at-once = {}", self.at_once)?;
        writeln!(f, "limit-by-key = {}", self.limit_by_key)?;
        writeln!(f, "limit-by-address = {}", self.limit_by_address)?;
        writeln!(f, "limit-loopback = {}", self.limit_loopback)?;
        let proxies: Vec<_> = self
            .trusted_proxies
            .iter()
            .map(Network::to_string)
            .collect();
        writeln!(f, "trusted-proxies = {}", proxies.join(","))?;
        writeln!(f, "proxy-header = {}", self.proxy_header)?;
        writeln!(f, "settings-file = {}", settings_file.unwrap_or_default())?;
        writeln!(f, "log = {}", self.log)?;
        write!(f, "log-json = {}", self.log_json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_cannot_be_read_keeps_its_password() {
        let database_url = "postgres://app:secret@db.example:port/tessera".to_owned();
        let error = DatabaseConfig { database_url }.url().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
}
