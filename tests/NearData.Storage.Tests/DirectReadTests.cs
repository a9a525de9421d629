using NearData.Storage.Uring;

namespace NearData.Storage.Tests;

/// <summary>Reads past the page cache: whole blocks into the pool's buffers.</summary>
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
        using UringDevice device = Open();
        using IQueuePair queue = device.OpenQueuePair(depth: 4);
        Random random = new(9);
        ReadCompletion[] completions = new ReadCompletion[4];
        int blocks = (_content.Length + device.Geometry.Alignment - 1) / device.Geometry.Alignment;
        for (int round = 0; round < 200; round++)
        {
            using BufferLease lease = _pool.Rent(Block << random.Next(10), CancellationToken.None);
            lease.Memory.Span.Fill(0xEE);
            int first = random.Next(blocks);
            int length = Math.Min(lease.Memory.Length, (blocks - first) * Block);
            Assert.True(queue.TrySubmit(new ReadRequest(round, (long)first * Block, lease.Memory[..length])));
            Assert.Equal(1, queue.Wait(completions));

            Assert.Null(completions[0].Error);
            ReadOnlySpan<byte> expected = _content.AsSpan(first * Block, Math.Min(length, _content.Length - first * Block));
            Assert.True(expected.SequenceEqual(lease.Memory.Span[..expected.Length]), $"round {round}");
        }
    }

    [Fact]
    public void The_choice_is_reported()
    {
        using UringDevice device = Open();
        device.OpenQueuePair(depth: 1).Dispose();

        // A file system without direct reads, such as an old tmpfs, is read through the page cache and says so.
        Assert.Contains(_reports, report => report.StartsWith(device.Geometry.Alignment == Block ? "io_uring, direct" : "the file system has no", StringComparison.Ordinal));
    }

    private UringDevice Open()
    {
        string path = Path.Combine(_folder.FullName, "content");
        File.WriteAllBytes(path, _content);
        return new UringDevice(path, File.OpenHandle(path), FileReading.Direct, _reports.Add);
    }
}
