//! Tessera's host.
