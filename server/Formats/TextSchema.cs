using System.Collections.Immutable;

namespace NearData.Formats;

/// <summary>Whether a column's fields may be null.</summary>
public enum Nullability
{
    /// <summary>Its owner says that there are none, or the sample had none. A null that comes all the same is an error where it can't be shown.</summary>
    None,
    Nullable,
}

/// <summary>A column of a text file.</summary>
/// <param name="Name">Of NDJSON the path, with dots where it lies in an object.</param>
/// <param name="Type">What its text stands for.</param>
/// <param name="Nullability">Whether nulls are expected.</param>
public sealed record SchemaColumn(string Name, TextType Type, Nullability Nullability = Nullability.Nullable);

/// <summary>What a file's text means. Immutable.</summary>
/// <param name="Columns">Of CSV every field of a record, in order; of NDJSON in any order.</param>
/// <param name="Dialect">How CSV is written; null for NDJSON.</param>
public sealed record TextSchema(ImmutableArray<SchemaColumn> Columns, CsvDialect? Dialect);

/// <summary>How a CSV file is written.</summary>
/// <param name="Delimiter">Between fields.</param>
/// <param name="Quote">Around fields, doubled within; 0 where quotes mean nothing.</param>
/// <param name="Header">Whether the first record has the columns' names.</param>
/// <param name="NullText">The field that stands for null when it isn't quoted; empty by default.</param>
public sealed record CsvDialect(byte Delimiter = (byte)',', byte Quote = (byte)'"', CsvHeader Header = CsvHeader.Names, string NullText = "");

/// <summary>What the first record is.</summary>
public enum CsvHeader
{
    /// <summary>The columns' names.</summary>
    Names,

    /// <summary>Values, as all records.</summary>
    None,
}
