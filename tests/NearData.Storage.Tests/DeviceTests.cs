using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using NearData.Storage.Faults;

namespace NearData.Storage.Tests;

/// <summary>
/// What every device promises, over each of them with the same bytes. In one collection with all that has rings: one test breaks every ring
/// of the process.
/// </summary>
[Collection("rings")]
public sealed class DeviceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("neardata-device-");
    private readonly byte[] _content = new byte[100_000];
    private readonly List<string> _reports = [];

    public DeviceTests() => new Random(7).NextBytes(_content);

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("memory")]
    [InlineData("blocking")]
    [InlineData("uring")]
    [InlineData("faultless")]
    public void Every_read_gives_the_bytes_at_its_offset(string kind)
    {
        using IDevice device = Open(kind, out IFileDevices devices);
        using IQueuePair queue = devices.OpenQueuePair(depth: 4);
        Random random = new(11);
        Assert.Equal(_content.Length, device.Length);
        for (int round = 0; round < 200; round++)
        {
            int offset = random.Next(_content.Length);
            byte[] buffer = new byte[random.Next(_content.Length - offset)];

            ReadCompletion completion = Single(queue, new ReadRequest(round, device, offset, buffer));

            Assert.Null(completion.Error);
            Assert.Equal(round, completion.Tag);
            Assert.Equal(_content[offset..(offset + buffer.Length)], buffer);
        }
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("blocking")]
    [InlineData("uring")]
    [InlineData("faultless")]
    public void A_read_past_the_end_is_an_error_that_names_the_device_and_the_offset(string kind)
    {
        using IDevice device = Open(kind, out IFileDevices devices);
        using IQueuePair queue = devices.OpenQueuePair(depth: 1);

        StorageException? error = Single(queue, new ReadRequest(0, device, _content.Length - 10, new byte[11])).Error;

        Assert.NotNull(error);
        Assert.False(error.IsTransient);
        Assert.Equal(device.Name, error.Device);
        Assert.InRange(error.Offset, _content.Length - 10, _content.Length);
        Assert.Contains("11", error.Message);
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("blocking")]
    [InlineData("uring")]
    [InlineData("faultless")]
    public void A_queue_takes_as_many_reads_as_it_is_deep_and_more_after_a_poll(string kind)
    {
        using IDevice device = Open(kind, out IFileDevices devices);
        using IQueuePair queue = devices.OpenQueuePair(depth: 3);
        byte[][] buffers = [new byte[10], new byte[20], new byte[30], new byte[40]];

        for (int i = 0; i < 3; i++)
        {
            Assert.True(queue.TrySubmit(new ReadRequest(i, device, i * 100, buffers[i])));
        }

        Assert.False(queue.TrySubmit(new ReadRequest(3, device, 300, buffers[3])));
        Assert.Equal(3, queue.InFlight);
        ReadCompletion[] completions = new ReadCompletion[2];
        int polled = queue.Poll(completions);
        Assert.InRange(polled, 1, 2);
        Assert.True(queue.TrySubmit(new ReadRequest(3, device, 300, buffers[3])));

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
    [InlineData("blocking")]
    [InlineData("uring")]
    public void A_file_cut_short_after_it_was_opened_gives_an_error_and_no_stale_bytes(string kind)
    {
        using IDevice device = Open(kind, out IFileDevices devices);
        using IQueuePair queue = devices.OpenQueuePair(depth: 1);
        using (FileStream file = new(Path.Combine(_folder.FullName, "content"), FileMode.Open, FileAccess.Write))
        {
            file.SetLength(500);
        }

        StorageException? error = Single(queue, new ReadRequest(0, device, 400, new byte[200])).Error;

        Assert.NotNull(error);
        Assert.Equal(500, error.Offset);
    }

    [Theory]
    [InlineData("blocking")]
    [InlineData("uring")]
    public void Reads_allocate_nothing(string kind)
    {
        using IDevice device = Open(kind, out IFileDevices devices);
        using IQueuePair queue = devices.OpenQueuePair(depth: 2);
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
            queue.TrySubmit(new ReadRequest(0, device, 8192, buffer));
            queue.Wait(completions);
        }
    }

    [Fact]
    public void Io_uring_reads_with_registered_files()
    {
        using IDevice device = Open("uring", out IFileDevices devices);
        devices.OpenQueuePair(depth: 4).Dispose();

        Assert.Equal(["io_uring, through the page cache, registered files, unregistered buffers"], _reports);
    }

    [Fact]
    public void One_queue_pair_reads_many_files_and_lets_go_of_those_that_are_released()
    {
        FileDevices devices = new(FileReading.PageCache, _reports.Add);
        using IQueuePair queue = devices.OpenQueuePair(depth: 4);
        for (int i = 0; i < 600; i++)
        {
            string path = Path.Combine(_folder.FullName, $"{i}");
            File.WriteAllBytes(path, BitConverter.GetBytes(i));
            using IDevice device = devices.Open(path, File.OpenHandle(path));
            byte[] buffer = new byte[4];

            Assert.Null(Single(queue, new ReadRequest(i, device, 0, buffer)).Error);

            Assert.Equal(i, BitConverter.ToInt32(buffer));
            queue.Release(device);
            File.Delete(path);
        }

        // A ring that kept a file would keep its deleted bytes on the disk.
        Assert.DoesNotContain(OpenFiles(), target => target.StartsWith(_folder.FullName, StringComparison.Ordinal));
    }

    /// <summary>The ring is broken from outside, by putting another file in its descriptor's place.</summary>
    [Fact]
    public void When_the_ring_fails_every_read_ends_once_and_the_next_ones_get_a_new_ring()
    {
        using IDevice device = Open("uring", out IFileDevices devices);
        using IQueuePair queue = devices.OpenQueuePair(depth: 4);
        byte[][] buffers = [new byte[1000], new byte[1000], new byte[1000], new byte[1000]];
        Assert.True(queue.TrySubmit(new ReadRequest(0, device, 0, buffers[0])));
        Assert.True(queue.TrySubmit(new ReadRequest(1, device, 1000, buffers[1])));
        BreakRing();

        List<ReadCompletion> ended = [];
        ReadCompletion[] completions = new ReadCompletion[4];
        while (queue.InFlight > 0)
        {
            ended.AddRange(completions[..queue.Wait(completions)]);
        }

        Assert.Equal([0, 1], ended.Select(completion => completion.Tag).Order());
        Assert.All(ended, completion => Assert.True(completion.Error is { IsTransient: true }));
        Assert.All(ended, completion => Assert.Contains("io_uring failed", completion.Error!.Message));
        for (int tag = 2; tag < 4; tag++)
        {
            Assert.Null(Single(queue, new ReadRequest(tag, device, tag * 1000, buffers[tag])).Error);
            Assert.Equal(_content[(tag * 1000)..(tag * 1000 + 1000)], buffers[tag]);
        }
    }

    /// <summary>A read that the kernel has taken writes to its buffer: its completion is waited for, with the ring gone.</summary>
    [Fact]
    public void A_read_that_the_kernel_took_before_the_ring_failed_ends_with_its_bytes()
    {
        using IDevice device = Open("uring", out IFileDevices devices);
        using IQueuePair queue = devices.OpenQueuePair(depth: 4);
        byte[] buffer = new byte[50_000];
        Assert.True(queue.TrySubmit(new ReadRequest(7, device, 100, buffer)));
        Assert.Equal(0, queue.Poll([]));
        BreakRing();

        ReadCompletion[] completions = new ReadCompletion[2];
        Assert.Equal(1, queue.Wait(completions));

        Assert.Equal(new ReadCompletion(7, null), completions[0]);
        Assert.Equal(_content[100..50_100], buffer);
        Assert.Equal(0, queue.InFlight);
    }

    [Fact]
    public void A_queue_pair_that_is_disposed_waits_for_its_reads()
    {
        using IDevice device = Open("uring", out IFileDevices devices);
        using BufferPool pool = new(1 << 20);
        using BufferLease lease = pool.TryRent(50_000)!;
        IQueuePair queue = devices.OpenQueuePair(depth: 8);
        Assert.True(queue.TrySubmit(new ReadRequest(0, device, 100, lease.Memory)));

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

    private static IEnumerable<string> OpenFiles() => Directory.EnumerateFiles("/proc/self/fd")
        .Select(path => File.ResolveLinkTarget(path, returnFinalTarget: false)?.ToString() ?? "");

    private static void BreakRing()
    {
        using SafeFileHandle nothing = File.OpenHandle("/dev/null");
        foreach (string path in Directory.EnumerateFiles("/proc/self/fd"))
        {
            if (new FileInfo(path).LinkTarget is "anon_inode:[io_uring]")
            {
                Assert.True(dup2((int)nothing.DangerousGetHandle(), int.Parse(Path.GetFileName(path))) >= 0);
            }
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int dup2(int from, int to);

    private IDevice Open(string kind, out IFileDevices devices)
    {
        string path = Path.Combine(_folder.FullName, "content");
        File.WriteAllBytes(path, _content);
        FileDevices files = new(FileReading.PageCache, _reports.Add);
        devices = kind switch
        {
            "memory" => new MemoryDevices(),
            "blocking" => new BlockingDevices(files),
            "uring" => files,
            _ => new FaultDevices(files, FaultScript.Always(default)),
        };
        return devices.Open(path, File.OpenHandle(path, share: FileShare.ReadWrite));
    }

    /// <summary>What is left on a kernel without io_uring.</summary>
    private sealed class BlockingDevices(FileDevices files) : IFileDevices
    {
        public IDevice Open(string name, SafeFileHandle file) => files.Open(name, file);

        public IQueuePair OpenQueuePair(int depth) => new MemoryDevices().OpenQueuePair(depth);
    }
}
