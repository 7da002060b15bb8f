//! The site as a browser without JavaScript, a program and a foreign page meet it: real router, real SQLite file.

mod headers;
mod host;
mod origins;
mod plain;
mod routes;
