namespace NearData.Parquet.Tests;

/// <summary>Thrift structures that ask for more than they bring.</summary>
public sealed class CompactReaderTests
{
    [Fact]
    public void Structures_that_nest_without_end_are_refused()
    {
        // Field 15 is a structure whose field 15 is a structure, and so on.
        byte[] bytes = new byte[100_000];
        bytes.AsSpan().Fill(0xFC);
        Assert.Contains("nest deeper", Refusal(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_that_nest_without_end_are_refused()
    {
        // Field 15 is a list of one list of one list, and so on.
        byte[] bytes = new byte[100_000];
        bytes.AsSpan().Fill(0x19);
        bytes[0] = 0xF9;
        Assert.Contains("nest deeper", Refusal(bytes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("F9 FC FF FF FF FF 0F", "Length 4294967295 exceeds the 0 bytes left")]
    [InlineData("F8 7F 00", "Length 127 exceeds the 1 bytes left")]
    [InlineData("FB 05 55 00", "Length 5 exceeds the 2 bytes left")]
    [InlineData("F6 FF FF FF FF FF FF FF FF FF FF 01", "exceeds 64 bits")]
    [InlineData("FF", "Thrift type 15 is unknown")]
    [InlineData("F6", "in the middle of a value")]
    [InlineData("", "in the middle of a value")]
    public void A_length_or_value_that_is_not_there_is_named(string hex, string message) =>
        Assert.Contains(message, Refusal(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))), StringComparison.Ordinal);

    private static string Refusal(byte[] bytes)
    {
        ParquetFormatException error = Assert.Throws<ParquetFormatException>(() => ParquetMetadata.Parse("file", bytes.Length + 12, bytes));
        Assert.InRange(error.Offset, 4, bytes.Length + 4);
        return error.Message;
    }
}
