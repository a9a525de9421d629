namespace NearData.Storage.Tests;

/// <summary>Reads past the page cache: whole blocks into the pool's buffers.</summary>
[Collection("rings")]
public sealed class DirectReadTests : IDisposable
{
    private const int Block = 4096;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("neardata-direct-");
    private readonly byte[] _content = new byte[5_000_123];
    private readonly BufferPool _pool = new(64 << 20);
    private readonly List<string> _reports = [];

    public DirectReadTests() => new Random(8).NextBytes(_content);

    public void Dispose()
    {
        _pool.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Buffers come and go, so that registered ones are found again, replaced, and freed in between.</summary>
    [Fact]
    public void Every_block_is_read_as_it_was_written_whichever_buffer_it_comes_to()
    {
        using IDevice device = Open(out FileDevices devices);
        using IQueuePair queue = devices.OpenQueuePair(depth: 4);
        Random random = new(9);
        ReadCompletion[] completions = new ReadCompletion[4];
        int blocks = (_content.Length + Block - 1) / Block;
        for (int round = 0; round < 200; round++)
        {
            using BufferLease lease = _pool.TryRent(Block << random.Next(10), home: random.Next(2))!;
            lease.Memory.Span.Fill(0xEE);
            int first = random.Next(blocks);
            int length = Math.Min(lease.Memory.Length, (blocks - first) * Block);
            Assert.True(queue.TrySubmit(new ReadRequest(round, device, (long)first * Block, lease.Memory[..length])));
            Assert.Equal(1, queue.Wait(completions));

            Assert.Null(completions[0].Error);
            ReadOnlySpan<byte> expected = _content.AsSpan(first * Block, Math.Min(length, _content.Length - first * Block));
            Assert.True(expected.SequenceEqual(lease.Memory.Span[..expected.Length]), $"round {round}");
        }
    }

    [Fact]
    public void The_choice_is_reported()
    {
        using IDevice device = Open(out FileDevices devices);
        devices.OpenQueuePair(depth: 1).Dispose();

        // A file system without direct reads, such as an old tmpfs, is read through the page cache and says so.
        Assert.Contains(_reports, report => report.StartsWith(device.Geometry.Alignment > 1 ? "io_uring, direct" : "the file system has no", StringComparison.Ordinal));
    }

    private IDevice Open(out FileDevices devices)
    {
        string path = Path.Combine(_folder.FullName, "content");
        File.WriteAllBytes(path, _content);
        devices = new FileDevices(FileReading.Direct, _reports.Add);
        return devices.Open(path, File.OpenHandle(path));
    }
}
