namespace NearData.Formats;

/// <summary>Bounds of what is read, which keep memory bounded whatever a file says.</summary>
public static class TextLimits
{
    /// <summary>The longest record, in bytes: a record has to be in memory whole.</summary>
    public const int RecordLength = 16 << 20;

    /// <summary>The most columns of a file.</summary>
    public const int Columns = 1 << 14;

    /// <summary>How deep JSON values may lie in each other.</summary>
    public const int JsonDepth = 64;

    /// <summary>Bytes at a file's head that types are inferred from.</summary>
    public const int SampleLength = 1 << 20;
}
