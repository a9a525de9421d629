namespace NearData.Parquet.Tests;

/// <summary>What the writer refuses rather than write something else.</summary>
public sealed class WriterRefusalTests : IDisposable
{
    private readonly MemoryStream _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void A_value_that_does_not_fit_is_named()
    {
        using ParquetWriter writer = Writer(ParquetColumn.Integer("a", 32, signed: true), ParquetColumn.Decimal("b", 5, 0, PhysicalType.FixedLenByteArray, length: 3));
        RowGroupWriter group = writer.StartRowGroup(1);
        Assert.Contains("can't hold the value 2147483648", Refusal(() => group.Write<long>(0, [2_147_483_648])), StringComparison.Ordinal);
        group.Write<long>(0, [2_147_483_647]);
        Assert.Contains("can't hold the value 8388608", Refusal(() => group.Write<long>(1, [8_388_608])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_null_in_a_required_column_is_refused()
    {
        using ParquetWriter writer = Writer(ParquetColumn.Int64("a"));
        RowGroupWriter group = writer.StartRowGroup(2);
        Assert.Contains("is required", Refusal(() => group.Write<long>(0, [1, 2], [1, 0])), StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_of_another_length_than_the_column_has_are_refused()
    {
        using ParquetWriter writer = Writer(ParquetColumn.FixedBinary("a", 4));
        RowGroupWriter group = writer.StartRowGroup(1);
        ByteArrayBatch batch = new();
        batch.Add([1, 2, 3]);
        Assert.Contains("a value of 3 bytes", Refusal(() => group.WriteBytes(0, batch)), StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_out_of_order_or_incomplete_are_named()
    {
        using ParquetWriter writer = Writer(ParquetColumn.Int64("a"), ParquetColumn.Int64("b"));
        RowGroupWriter group = writer.StartRowGroup(3);
        group.Write<long>(0, [1, 2]);
        Assert.Contains("column a has 2 of 3 rows", Misuse(() => group.Write<long>(1, [1])), StringComparison.Ordinal);
        Assert.Contains("column a has 2 of 3 rows", Misuse(() => group.Write<long>(0, [1, 2])), StringComparison.Ordinal);
        Assert.Contains("column a has 2 of 3 rows", Misuse(writer.Finish), StringComparison.Ordinal);
        group.Write<long>(0, [3]);
        Assert.Contains("column b has 0 of 3 rows", Misuse(() => writer.StartRowGroup(1)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_that_the_format_does_not_allow_is_refused()
    {
        Refused("needs a column");
        Refused("name a", ParquetColumn.Int32("a"), ParquetColumn.Int64("a"));
        Refused("can't carry", ParquetColumn.Decimal("a", 10, 2, PhysicalType.Int32));
        Refused("can't carry", ParquetColumn.Decimal("a", 5, 6));
        Refused("can't carry", ParquetColumn.Int64("a") with { LogicalType = new LogicalType.Date() });

        void Refused(string message, params ParquetColumn[] columns) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => Writer(columns)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_codec_that_is_not_written_is_named() =>
        Assert.Contains(
            "codec Lzo",
            Assert.Throws<ParquetUnsupportedException>(() => new ParquetWriter(_output, ParquetSchema.Of(ParquetColumn.Int32("a")), new ParquetWriterOptions { Codec = Codec.Lzo })).Message,
            StringComparison.Ordinal);

    private ParquetWriter Writer(params ParquetColumn[] columns) => new(_output, ParquetSchema.Of(columns), new ParquetWriterOptions());

    private static string Refusal(Action write) => Assert.Throws<ColumnAccessException>(write).Message;

    private static string Misuse(Action write) => Assert.Throws<InvalidOperationException>(write).Message;
}
