using NearData.Parquet.Compression;

namespace NearData.Parquet.Tests;

/// <summary>The seam to libzstd; its blocks are read by DuckDB in <see cref="WriterTests"/>.</summary>
public sealed class ZstdTests
{
    [Fact]
    public void A_missing_library_is_named()
    {
        CodecUnavailableException error = Assert.Throws<CodecUnavailableException>(
            () => ZstdContext.Create(() => throw new DllNotFoundException("not in /opt/node"), "some.parquet"));
        Assert.Equal("some.parquet: codec Zstd needs libzstd.so.1, which can't be loaded.", error.Message);
        Assert.Equal("libzstd.so.1", error.Library);
    }
}
