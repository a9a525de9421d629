using System.Runtime.CompilerServices;
using NearData.Isa.Programs;

namespace NearData.Vm.Tests;

public sealed class RecordBatchTests
{
    private static readonly RowLayout Row = new("row", 24, [
        new RowField("a", 0, FieldType.Int64), new RowField("b", 8, FieldType.UInt8, ValidityOffset: 9), new RowField("c", 12, FieldType.Int32)]);

    [Fact]
    public void Columns_are_apart_zeroed_and_aligned_to_cache_lines()
    {
        using RecordBatch batch = new(Row, [0, 1, 2, 1], capacity: 100);
        Assert.All(batch.Values<long>(0).ToArray(), value => Assert.Equal(0, value));
        batch.Values<long>(0).Fill(-1);
        batch.Values<byte>(1).Fill(2);
        batch.Validity(1).Fill(1);
        Assert.Equal((100, 100, 100), (batch.Values<long>(0).Length, batch.Validity(1).Length, batch.Values<int>(2).Length));
        Assert.Equal(-1, batch.Values<int>(2).IndexOfAnyExcept(0));
        Assert.Equal(-1, batch.Values<byte>(1).IndexOfAnyExcept((byte)2));
        Assert.Equal(0, Unsafe.ByteOffset(ref Unsafe.NullRef<int>(), ref batch.Values<int>(2)[0]) % 64);
    }

    [Fact]
    public void What_is_not_there_is_refused_by_name()
    {
        using RecordBatch batch = new(Row, [0], capacity: 1);
        Assert.Contains("row.c", Assert.Throws<ArgumentException>(() => batch.Values<int>(2).Length).Message, StringComparison.Ordinal);
        Assert.Contains("row.a", Assert.Throws<ArgumentException>(() => batch.Validity(0).Length).Message, StringComparison.Ordinal);
        Assert.Contains("__s64, not Int32", Assert.Throws<ArgumentException>(() => batch.Values<int>(0).Length).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Count = 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RecordBatch(Row, [0], capacity: 0));
    }

    [Fact]
    public void A_disposed_batch_is_not_read()
    {
        RecordBatch batch = new(Row, [0], capacity: 1);
        batch.Dispose();
        Assert.Throws<ObjectDisposedException>(() => batch.Values<long>(0).Length);
    }
}
