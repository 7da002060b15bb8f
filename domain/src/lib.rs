//! Tessera: types and rules.
