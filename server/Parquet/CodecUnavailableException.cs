namespace NearData.Parquet;

/// <summary>This machine lacks the library that a codec needs; its operator can install it.</summary>
public sealed class CodecUnavailableException(string file, Codec codec, string library, Exception cause)
    : ParquetException(file, $"{file}: codec {codec} needs {library}, which can't be loaded.", cause)
{
    /// <summary>The codec.</summary>
    public Codec Codec { get; } = codec;

    /// <summary>The library's file name.</summary>
    public string Library { get; } = library;
}
