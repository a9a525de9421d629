namespace NearData.Formats.Values;

/// <summary>Reads one kind of value out of a field's text. Holds what the column's type says beyond the kind.</summary>
internal interface IFieldParser<T>
{
    /// <summary>False where the text is no such value, or one that the column's type doesn't hold.</summary>
    bool TryParse(ReadOnlySpan<byte> text, out T value);
}
