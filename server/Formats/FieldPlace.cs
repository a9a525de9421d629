namespace NearData.Formats;

/// <summary>Where a field's text is.</summary>
/// <param name="Start">In the bytes that are read, without quotes around it.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Form">How they are to be read.</param>
internal readonly record struct FieldPlace(int Start, int Length, FieldForm Form);

/// <summary>How a field's bytes are to be read.</summary>
internal enum FieldForm
{
    /// <summary>Nothing is there.</summary>
    Null,

    /// <summary>As they are.</summary>
    Plain,

    /// <summary>As they are; quotes were around them.</summary>
    Quoted,

    /// <summary>Quotes were around them, and there are escapes in them.</summary>
    Escaped,

    /// <summary>A JSON object or array.</summary>
    Nested,
}
