//! Values between a component and MySQL.

use mysql_async::{
    Row, Value,
    consts::{ColumnFlags, ColumnType},
    from_value_opt,
    prelude::FromValue,
};

use crate::bindings::mysql::{Column, DbDataType, DbValue, Error, ParameterValue};

/// A parameter as MySQL takes it.
pub fn parameter(value: ParameterValue) -> Value {
    match value {
        ParameterValue::Boolean(v) => v.into(),
        ParameterValue::Int8(v) => v.into(),
        ParameterValue::Int16(v) => v.into(),
        ParameterValue::Int32(v) => v.into(),
        ParameterValue::Int64(v) => v.into(),
        ParameterValue::Uint8(v) => v.into(),
        ParameterValue::Uint16(v) => v.into(),
        ParameterValue::Uint32(v) => v.into(),
        ParameterValue::Uint64(v) => v.into(),
        ParameterValue::Floating32(v) => v.into(),
        ParameterValue::Floating64(v) => v.into(),
        ParameterValue::Str(v) => v.into(),
        ParameterValue::Binary(v) => v.into(),
        ParameterValue::DbNull => Value::NULL,
    }
}

/// A column's name and type.
pub fn column(column: &mysql_async::Column) -> Column {
    Column {
        name: column.name_str().into_owned(),
        data_type: data_type(column.column_type(), column.flags()),
    }
}

fn data_type(of: ColumnType, flags: ColumnFlags) -> DbDataType {
    let unsigned = flags.contains(ColumnFlags::UNSIGNED_FLAG);
    // Set for BINARY, VARBINARY and BLOB, and for text whose collation compares bytes.
    let binary = flags.contains(ColumnFlags::BINARY_FLAG);
    match of {
        ColumnType::MYSQL_TYPE_TINY if unsigned => DbDataType::Uint8,
        ColumnType::MYSQL_TYPE_TINY => DbDataType::Int8,
        ColumnType::MYSQL_TYPE_SHORT if unsigned => DbDataType::Uint16,
        ColumnType::MYSQL_TYPE_SHORT => DbDataType::Int16,
        ColumnType::MYSQL_TYPE_INT24 | ColumnType::MYSQL_TYPE_LONG if unsigned => {
            DbDataType::Uint32
        }
        ColumnType::MYSQL_TYPE_INT24 | ColumnType::MYSQL_TYPE_LONG => DbDataType::Int32,
        ColumnType::MYSQL_TYPE_LONGLONG if unsigned => DbDataType::Uint64,
        ColumnType::MYSQL_TYPE_LONGLONG => DbDataType::Int64,
        ColumnType::MYSQL_TYPE_FLOAT => DbDataType::Floating32,
        ColumnType::MYSQL_TYPE_DOUBLE => DbDataType::Floating64,
        ColumnType::MYSQL_TYPE_BLOB
        | ColumnType::MYSQL_TYPE_STRING
        | ColumnType::MYSQL_TYPE_VAR_STRING
            if !binary =>
        {
            DbDataType::Str
        }
        ColumnType::MYSQL_TYPE_BLOB
        | ColumnType::MYSQL_TYPE_STRING
        | ColumnType::MYSQL_TYPE_VAR_STRING => DbDataType::Binary,
        _ => DbDataType::Other,
    }
}

/// The values of a row.
///
/// # Errors
/// `value-conversion-failed` for a value of a type that has no form here, as a decimal or
/// a date.
pub fn values(row: Row, columns: &[Column]) -> Result<Vec<DbValue>, Error> {
    let values = row.unwrap_raw().into_iter().zip(columns);
    values
        .map(|(value, column)| match value {
            None | Some(Value::NULL) => Ok(DbValue::DbNull),
            Some(value) => convert(value, column),
        })
        .collect()
}

fn convert(value: Value, column: &Column) -> Result<DbValue, Error> {
    match column.data_type {
        DbDataType::Boolean => read(value, DbValue::Boolean),
        DbDataType::Int8 => read(value, DbValue::Int8),
        DbDataType::Int16 => read(value, DbValue::Int16),
        DbDataType::Int32 => read(value, DbValue::Int32),
        DbDataType::Int64 => read(value, DbValue::Int64),
        DbDataType::Uint8 => read(value, DbValue::Uint8),
        DbDataType::Uint16 => read(value, DbValue::Uint16),
        DbDataType::Uint32 => read(value, DbValue::Uint32),
        DbDataType::Uint64 => read(value, DbValue::Uint64),
        DbDataType::Floating32 => read(value, DbValue::Floating32),
        DbDataType::Floating64 => read(value, DbValue::Floating64),
        DbDataType::Str => read(value, DbValue::Str),
        DbDataType::Binary => read(value, DbValue::Binary),
        DbDataType::Other => Err(Error::ValueConversionFailed(format!(
            "Cannot convert value {value:?} in column {} data type {:?}",
            column.name, column.data_type
        ))),
    }
}

fn read<T: FromValue>(value: Value, convert: impl Fn(T) -> DbValue) -> Result<DbValue, Error> {
    let read = from_value_opt(value).map(convert);
    read.map_err(|error| Error::ValueConversionFailed(error.to_string()))
}

/// Bytes that a row takes here.
pub fn size(row: &[DbValue]) -> usize {
    let held = |value: &DbValue| match value {
        DbValue::Str(text) => text.len(),
        DbValue::Binary(bytes) => bytes.len(),
        _ => 0,
    };
    row.iter()
        .map(|value| size_of::<DbValue>() + held(value))
        .sum()
}
