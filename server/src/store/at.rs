//! How an instant is kept.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, de};
use sqlx::{
    Decode, Encode, Postgres, Sqlite, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueRef},
    sqlite::{SqliteArgumentsBuffer, SqliteTypeInfo, SqliteValueRef},
};

/// An instant: `timestamptz` in PostgreSQL; microseconds since 1970 in SQLite, which has no type for it, and where text
/// would be longer and sort by its letters. With it, the same statement serves both.
///
/// It goes through the engines' integers rather than through sqlx's chrono types, because these panic at what
/// PostgreSQL calls `infinity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At(pub(super) DateTime<Utc>);

/// PostgreSQL counts from 2000, in microseconds like us.
const POSTGRES_EPOCH: i64 = 946_684_800_000_000;

impl At {
    fn from_micros(micros: Option<i64>) -> Result<Self, BoxDynError> {
        micros
            .and_then(DateTime::from_timestamp_micros)
            .map(Self)
            .ok_or_else(|| "a time beyond the calendar".into())
    }
}

impl From<DateTime<Utc>> for At {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at)
    }
}

/// Within JSON, as SQLite has it.
impl<'de> Deserialize<'de> for At {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let micros = i64::deserialize(deserializer)?;
        Self::from_micros(Some(micros)).map_err(de::Error::custom)
    }
}

impl Type<Postgres> for At {
    fn type_info() -> PgTypeInfo {
        <DateTime<Utc> as Type<Postgres>>::type_info()
    }
}

impl PgHasArrayType for At {
    fn array_type_info() -> PgTypeInfo {
        <DateTime<Utc> as PgHasArrayType>::array_type_info()
    }
}

impl Encode<'_, Postgres> for At {
    fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <i64 as Encode<Postgres>>::encode(self.0.timestamp_micros() - POSTGRES_EPOCH, buf)
    }
}

impl Decode<'_, Postgres> for At {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        let micros = <i64 as Decode<Postgres>>::decode(value)?;
        Self::from_micros(micros.checked_add(POSTGRES_EPOCH))
    }
}

impl Type<Sqlite> for At {
    fn type_info() -> SqliteTypeInfo {
        <i64 as Type<Sqlite>>::type_info()
    }

    fn compatible(ty: &SqliteTypeInfo) -> bool {
        <i64 as Type<Sqlite>>::compatible(ty)
    }
}

impl Encode<'_, Sqlite> for At {
    fn encode_by_ref(&self, args: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        <i64 as Encode<Sqlite>>::encode(self.0.timestamp_micros(), args)
    }
}

impl Decode<'_, Sqlite> for At {
    fn decode(value: SqliteValueRef<'_>) -> Result<Self, BoxDynError> {
        Self::from_micros(Some(<i64 as Decode<Sqlite>>::decode(value)?))
    }
}
