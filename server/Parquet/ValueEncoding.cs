namespace NearData.Parquet;

/// <summary>How values are written that don't go into a dictionary. Types that an encoding isn't made for are written plain.</summary>
public enum ValueEncoding
{
    /// <summary>One after the other.</summary>
    Plain,

    /// <summary>
    /// INT32 and INT64 as differences (DELTA_BINARY_PACKED), BYTE_ARRAY with its lengths as differences (DELTA_LENGTH_BYTE_ARRAY).
    /// </summary>
    Delta,

    /// <summary>BYTE_ARRAY and FIXED_LEN_BYTE_ARRAY without what each value shares with the one before (DELTA_BYTE_ARRAY).</summary>
    SharedPrefix,

    /// <summary>Everything of one width as the first bytes of all values, then the second ones, and so on (BYTE_STREAM_SPLIT).</summary>
    StreamSplit,
}
