using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Reactors;
using NearData.Storage;
using NearData.Storage.Faults;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

/// <summary>Ranges of files that a reactor reads among its other work.</summary>
public sealed class RangeReadTests : IDisposable
{
    private readonly ServedFolder _folder = new();
    private readonly Catalog _catalog;
    private readonly byte[] _bytes;

    public RangeReadTests()
    {
        _catalog = new Catalog(new ServedRoot(_folder.Path));
        Random random = new(1);
        _folder.Write("d/a.parquet", 3, ("x", [.. Enumerable.Range(0, 150_000).Select(_ => (long?)random.NextInt64())]));
        _bytes = File.ReadAllBytes(Path.Combine(_folder.Path, "d", "a.parquet"));
        Assert.True(_bytes.Length > 3 << 20);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(FileReading.PageCache)]
    [InlineData(FileReading.Direct)]
    public async Task Any_range_comes_byte_for_byte(FileReading reading)
    {
        using TestReadPath path = new(new FileDevices(reading, _ => { }), reactors: 2);
        Random random = new(2);
        for (int round = 0; round < 40; round++)
        {
            int offset = random.Next(_bytes.Length);
            int length = round % 4 == 0 ? _bytes.Length - offset : random.Next(Math.Min(_bytes.Length - offset, 10 << (round % 20)) + 1);
            Assert.Equal(_bytes[offset..(offset + length)], await ReadAsync(path, offset, length));
        }

        Assert.Equal(0, path.Pool.Rented);
    }

    [Fact]
    public async Task Reads_that_come_late_or_fail_for_a_while_are_put_in_order()
    {
        FaultDevices devices = new(new MemoryDevices(), FaultScript.Random(3, oneIn: 3, FaultKind.Delay, FaultKind.TransientError, FaultKind.Short));
        using TestReadPath path = new(devices, reactors: 1);
        for (int round = 0; round < 10; round++)
        {
            Assert.Equal(_bytes, await ReadAsync(path, 0, _bytes.Length));
        }
    }

    [Fact]
    public async Task A_device_that_fails_ends_the_range_with_its_error_and_gives_all_memory_back()
    {
        using TestReadPath path = new(new FaultDevices(new MemoryDevices(), FaultScript.Of(new Dictionary<int, Fault> { [3] = new(FaultKind.PermanentError) })), reactors: 1);
        await Assert.ThrowsAsync<StorageException>(() => ReadAsync(path, 0, _bytes.Length));
        Assert.Equal(0, path.Pool.Rented);
        Assert.Equal(_bytes, await ReadAsync(path, 0, _bytes.Length));
    }

    [Fact]
    public async Task Ranges_that_together_need_more_memory_than_there_is_wait_for_each_other()
    {
        using TestReadPath path = new(bytes: 2 << 20, reactors: 2);
        byte[][] all = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => ReadAsync(path, 1, _bytes.Length - 1))));
        Assert.All(all, bytes => Assert.Equal(_bytes[1..], bytes));
        Assert.Equal(0, path.Pool.Rented);
    }

    [Fact]
    public async Task A_range_that_is_left_or_given_up_gives_its_memory_back()
    {
        using TestReadPath path = new(reactors: 1);
        await foreach (ReadOnlyMemory<byte> piece in Pieces(path, 0, _bytes.Length, CancellationToken.None))
        {
            Assert.True(path.Pool.Rented > 0);
            Assert.True(_bytes.AsSpan(0, piece.Length).SequenceEqual(piece.Span));
            break;
        }

        Assert.Equal(0, path.Pool.Rented);
        using CancellationTokenSource stop = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ReadOnlyMemory<byte> _ in Pieces(path, 0, _bytes.Length, stop.Token))
            {
                await stop.CancelAsync();
            }
        });
        Assert.Equal(0, path.Pool.Rented);
    }

    private async Task<byte[]> ReadAsync(TestReadPath path, int offset, int length)
    {
        List<byte> bytes = [];
        await foreach (ReadOnlyMemory<byte> piece in Pieces(path, offset, length, CancellationToken.None))
        {
            bytes.AddRange(piece.Span);
        }

        return [.. bytes];
    }

    private IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(TestReadPath path, int offset, int length, CancellationToken cancellation) =>
        RangeRead.ReadAsync(_catalog, path.Reactors, _catalog.Open("d"), 0, offset, length, Tenant.Anonymous, cancellation);
}
