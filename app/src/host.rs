//! What the host tells the pages about itself.

use std::net::IpAddr;

use domain::account::Session;

/// How the host serves. It stands in leptos' context, beside [`domain::Service`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HostOptions {
    /// Whether the base URL is https, so that cookies are sent over nothing else.
    pub secure_cookies: bool,
}

/// The address of whoever sent a request, as the host believes it. It stands in the request's extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// Where people reach us, such as `https://tokens.example`. It stands in leptos' context.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin(pub String);

impl HostOptions {
    /// The name of the cookie that keeps the language.
    pub const LANGUAGE_COOKIE: &str = "tessera_language";
    /// The name of the cookie that keeps the theme.
    pub const THEME_COOKIE: &str = "tessera_theme";

    /// The name of the cookie that keeps whether single keys do something.
    pub const KEYS_COOKIE: &str = "tessera_keys";

    /// The name of the cookie that holds the secret of a session.
    pub fn session_cookie(self) -> &'static str {
        // Browsers take a `__Host-` cookie only over https, for this host alone and for all of its paths.
        if self.secure_cookies {
            "__Host-tessera_session"
        } else {
            "tessera_session"
        }
    }

    /// The `Set-Cookie` that begins a session.
    pub fn begin_session(self, secret: &str) -> String {
        self.session(secret, Session::ABSOLUTE.num_seconds())
    }

    /// The `Set-Cookie` that ends a session.
    pub fn end_session(self) -> String {
        self.session("", 0)
    }

    fn session(self, secret: &str, max_age: i64) -> String {
        format!(
            "{}; HttpOnly",
            self.cookie(self.session_cookie(), secret, max_age)
        )
    }

    /// The `Set-Cookie` that keeps a preference for a year.
    pub fn preference(self, name: &str, value: &str) -> String {
        self.cookie(name, value, 365 * 24 * 60 * 60)
    }

    fn cookie(self, name: &str, value: &str, max_age: i64) -> String {
        let secure = if self.secure_cookies { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; Max-Age={max_age}; SameSite=Lax{secure}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_cookie_is_bound_to_the_host_over_https() {
        let plain = HostOptions::default();
        assert_eq!(
            plain.begin_session("s"),
            "tessera_session=s; Path=/; Max-Age=2592000; SameSite=Lax; HttpOnly"
        );
        let secure = HostOptions {
            secure_cookies: true,
        };
        assert_eq!(
            secure.end_session(),
            "__Host-tessera_session=; Path=/; Max-Age=0; SameSite=Lax; Secure; HttpOnly"
        );
    }
}
