using Microsoft.Win32.SafeHandles;
using NearData.Storage.Faults;
using NearData.Storage.Uring;

namespace NearData.Storage.Tests;

/// <summary>What every device promises, over each of them with the same bytes.</summary>
public sealed class DeviceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("neardata-device-");
    private readonly byte[] _content = new byte[100_000];
    private readonly List<string> _reports = [];

    public DeviceTests() => new Random(7).NextBytes(_content);

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("memory")]
    [InlineData("file")]
    [InlineData("uring")]
    [InlineData("faultless")]
    public void Every_read_gives_the_bytes_at_its_offset(string kind)
    {
        using IDevice device = Open(kind);
        using IQueuePair queue = device.OpenQueuePair(depth: 4);
        Random random = new(11);
        Assert.Equal(_content.Length, device.Length);
        for (int round = 0; round < 200; round++)
        {
            int offset = random.Next(_content.Length);
            byte[] buffer = new byte[random.Next(_content.Length - offset)];

            ReadCompletion completion = Single(queue, new ReadRequest(round, offset, buffer));

            Assert.Null(completion.Error);
            Assert.Equal(round, completion.Tag);
            Assert.Equal(_content[offset..(offset + buffer.Length)], buffer);
        }
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("file")]
    [InlineData("uring")]
    [InlineData("faultless")]
    public void A_read_past_the_end_is_an_error_that_names_the_device_and_the_offset(string kind)
    {
        using IDevice device = Open(kind);
        using IQueuePair queue = device.OpenQueuePair(depth: 1);

        StorageException? error = Single(queue, new ReadRequest(0, _content.Length - 10, new byte[11])).Error;

        Assert.NotNull(error);
        Assert.False(error.IsTransient);
        Assert.Equal(device.Name, error.Device);
        Assert.InRange(error.Offset, _content.Length - 10, _content.Length);
        Assert.Contains("11", error.Message);
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("file")]
    [InlineData("uring")]
    [InlineData("faultless")]
    public void A_queue_takes_as_many_reads_as_it_is_deep_and_more_after_a_poll(string kind)
    {
        using IDevice device = Open(kind);
        using IQueuePair queue = device.OpenQueuePair(depth: 3);
        byte[][] buffers = [new byte[10], new byte[20], new byte[30], new byte[40]];

        for (int i = 0; i < 3; i++)
        {
            Assert.True(queue.TrySubmit(new ReadRequest(i, i * 100, buffers[i])));
        }

        Assert.False(queue.TrySubmit(new ReadRequest(3, 300, buffers[3])));
        Assert.Equal(3, queue.InFlight);
        ReadCompletion[] completions = new ReadCompletion[2];
        int polled = queue.Poll(completions);
        Assert.InRange(polled, 1, 2);
        Assert.True(queue.TrySubmit(new ReadRequest(3, 300, buffers[3])));

        List<int> tags = [.. completions[..polled].Select(completion => completion.Tag)];
        while (queue.InFlight > 0)
        {
            tags.AddRange(completions[..queue.Poll(completions)].Select(completion => completion.Tag));
        }

        Assert.Equal([0, 1, 2, 3], tags.Order());
        for (int i = 0; i < buffers.Length; i++)
        {
            Assert.Equal(_content[(i * 100)..((i * 100) + buffers[i].Length)], buffers[i]);
        }
    }

    [Theory]
    [InlineData("file")]
    [InlineData("uring")]
    public void A_file_cut_short_after_it_was_opened_gives_an_error_and_no_stale_bytes(string kind)
    {
        using IDevice device = Open(kind);
        using IQueuePair queue = device.OpenQueuePair(depth: 1);
        using (FileStream file = new(Path.Combine(_folder.FullName, "content"), FileMode.Open, FileAccess.Write))
        {
            file.SetLength(500);
        }

        StorageException? error = Single(queue, new ReadRequest(0, 400, new byte[200])).Error;

        Assert.NotNull(error);
        Assert.Equal(500, error.Offset);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("uring")]
    public void Reads_allocate_nothing(string kind)
    {
        using IDevice device = Open(kind);
        using IQueuePair queue = device.OpenQueuePair(depth: 2);
        byte[] buffer = new byte[4096];
        ReadCompletion[] completions = new ReadCompletion[2];
        Read();
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 1000; i++)
        {
            Read();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Read()
        {
            queue.TrySubmit(new ReadRequest(0, 8192, buffer));
            queue.Wait(completions);
        }
    }

    [Fact]
    public void Io_uring_reads_with_a_registered_file()
    {
        using IDevice device = Open("uring");
        device.OpenQueuePair(depth: 4).Dispose();

        Assert.Equal(["io_uring, through the page cache, registered file, unregistered buffers"], _reports);
    }

    [Fact]
    public void A_queue_pair_that_is_disposed_waits_for_its_reads()
    {
        using IDevice device = Open("uring");
        using BufferPool pool = new(1 << 20);
        using BufferLease lease = pool.Rent(50_000, CancellationToken.None);
        IQueuePair queue = device.OpenQueuePair(depth: 8);
        Assert.True(queue.TrySubmit(new ReadRequest(0, 100, lease.Memory)));

        queue.Dispose();

        Assert.Equal(0, queue.InFlight);
        Assert.Equal(_content[100..50_100], lease.Memory.ToArray());
    }

    private static ReadCompletion Single(IQueuePair queue, ReadRequest request)
    {
        Assert.True(queue.TrySubmit(request));
        ReadCompletion[] completions = new ReadCompletion[2];
        Assert.Equal(1, queue.Wait(completions));
        Assert.Equal(0, queue.Wait(completions));
        return completions[0];
    }

    private IDevice Open(string kind)
    {
        if (kind == "memory")
        {
            return new MemoryDevice("memory", _content);
        }

        string path = Path.Combine(_folder.FullName, "content");
        File.WriteAllBytes(path, _content);
        SafeFileHandle file = File.OpenHandle(path, share: FileShare.ReadWrite);
        return kind switch
        {
            "uring" => new UringDevice(path, file, FileReading.PageCache, _reports.Add),
            "faultless" => new FaultDevice(new FileDevice(path, file), FaultScript.Always(default)),
            _ => new FileDevice(path, file),
        };
    }
}
