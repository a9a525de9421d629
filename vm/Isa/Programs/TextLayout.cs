namespace NearData.Isa.Programs;

/// <summary>The members of <c>struct nd_str</c>, the type of a row's field over text or binary data.</summary>
public static class TextLayout
{
    /// <summary>Where the length in bytes is, 64 bits wide.</summary>
    public const int LengthOffset = 0;

    /// <summary>Where the address of the first byte is.</summary>
    public const int DataOffset = 8;

    /// <summary>Bytes of each member.</summary>
    public const int MemberSize = 8;

    /// <summary>The longest value: what one batch of a column may hold.</summary>
    public const long MostBytes = 1L << 28;
}
