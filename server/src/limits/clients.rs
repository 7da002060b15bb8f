//! From where a request came.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
};

use http::{HeaderMap, HeaderName};

/// How the address of a client is told: by the connection, unless that is one of our own proxies. A header alone says
/// nothing, for anybody can send one.
#[derive(Debug, Clone)]
pub struct Clients {
    /// The proxies that are believed.
    pub proxies: Vec<Network>,
    /// Where they say who asked them: addresses with commas between, to which each proxy adds the one that asked it.
    pub header: HeaderName,
}

impl Default for Clients {
    /// No proxy is believed.
    fn default() -> Self {
        Self {
            proxies: Vec::new(),
            header: HeaderName::from_static("x-forwarded-for"),
        }
    }
}

impl Clients {
    /// The address of the client whose request came from `peer`: the last one that is none of the proxies. What stands
    /// before it anybody may have written.
    pub fn address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let lines = headers.get_all(&self.header).iter().rev();
        let told = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        for address in told {
            if !self.proxies.iter().any(|proxy| proxy.contains(client)) {
                break;
            }
            let Ok(address) = address.trim().parse::<IpAddr>() else {
                break;
            };
            client = address.to_canonical();
        }
        client
    }
}

/// What counts as one client: an address, but of IPv6 the 2^64 of which who has one has all.
pub fn network_of(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64)),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Addresses that begin alike: `10.0.0.0/8`, `2001:db8::/32`, or one alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    /// How many bits they have in common.
    bits: u32,
}

impl Network {
    /// Whether that address is one of them.
    pub fn contains(self, address: IpAddr) -> bool {
        match (self.first, address) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                let differing = first.to_bits() ^ address.to_bits();
                differing.leading_zeros() >= self.bits
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                let differing = first.to_bits() ^ address.to_bits();
                differing.leading_zeros() >= self.bits
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let no = "a proxy is an address or a network, such as 10.0.0.0/8";
        let (first, bits) = text
            .split_once('/')
            .map_or((text, None), |(first, bits)| (first, Some(bits)));
        let first: IpAddr = first.parse().map_err(|_| no)?;
        let all = if first.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(all), str::parse).map_err(|_| no)?;
        if bits > all {
            return Err(no);
        }
        Ok(Self { first, bits })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn client(proxies: &[&str], peer: &str, lines: &[&'static str]) -> String {
        let clients = Clients {
            proxies: proxies.iter().map(|text| text.parse().unwrap()).collect(),
            ..Clients::default()
        };
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(&clients.header, HeaderValue::from_static(line));
        }
        let peer = peer.parse().unwrap();
        clients.address(peer, &headers).to_string()
    }

    #[test]
    fn nobody_is_believed_who_is_no_proxy_of_ours() {
        let lines = &["192.0.2.9"];
        assert_eq!(client(&[], "198.51.100.1", lines), "198.51.100.1");
        assert_eq!(client(&["10.0.0.0/8"], "11.0.0.1", lines), "11.0.0.1");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", lines), "192.0.2.9");
        assert_eq!(
            client(&["10.0.0.0/8"], "::ffff:10.0.0.1", lines),
            "192.0.2.9"
        );
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn what_stands_before_the_client_is_not_believed() {
        let proxies = &["10.0.0.0/8", "2001:db8::7"];
        for (lines, expected) in [
            (&["203.0.113.1, 192.0.2.9"][..], "192.0.2.9"),
            (&["203.0.113.1", "192.0.2.9"], "192.0.2.9"),
            (&["192.0.2.9, 10.1.1.1,2001:db8::7"], "192.0.2.9"),
            (&["10.9.9.9, 10.1.1.1"], "10.9.9.9"),
            (&["192.0.2.9, nonsense"], "10.0.0.1"),
            (&["192.0.2.9, nonsense, 10.1.1.1"], "10.1.1.1"),
            (&["192.0.2.9:4711"], "10.0.0.1"),
            (&["2001:db8::8"], "2001:db8::8"),
        ] {
            assert_eq!(client(proxies, "10.0.0.1", lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn a_network_is_an_address_with_or_without_a_length() {
        let network = |text: &str| text.parse::<Network>();
        let contains =
            |text: &str, address: &str| network(text).unwrap().contains(address.parse().unwrap());
        assert!(contains("0.0.0.0/0", "255.255.255.255"));
        assert!(!contains("0.0.0.0/0", "::1"));
        assert!(contains("192.0.2.128/25", "192.0.2.200"));
        assert!(!contains("192.0.2.128/25", "192.0.2.127"));
        assert!(contains("2001:db8::/32", "2001:db8:ffff::"));
        for bad in [
            "",
            "x",
            "10.0.0.0/33",
            "10.0.0.0/-1",
            "::/129",
            "10.0.0.0/8/8",
        ] {
            assert!(network(bad).is_err(), "{bad}");
        }
        assert_eq!(network("10.1.2.3").unwrap().to_string(), "10.1.2.3/32");
    }
}
